"""A learning curve over several sizes: its table, its figure and its page."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from standin.figures.learning_curve import learning_curves
from standin.reports.tables import records
from standin.reports.templating import TEMPLATES
from standin.verdict.schema import Verdict

COUNTED = {"n_real": "real training images", "label_budget": "labels"}
"""Parameter with several values -> what they count."""
COUNTS = {"n_real": ("real", "n_real", "max"), "label_budget": ("labeled_subset", "n_labels_spent", "min")}
"""The same -> arm and column of the accuracy table with the count; if the arm was not run, how to aggregate the column
over all arms."""


def tabulate_sizes(*accuracies: pd.DataFrame, parameter: str) -> pd.DataFrame:
    """The accuracy tables of all sizes in one, with `size` as the first column, small sizes first."""
    arm, column, of_all = COUNTS[parameter]
    tables = []
    for table in accuracies:
        # With a budget of all labels, arm labeled_subset is not run: it would repeat `real`.
        of_arm = table[table["arm"] == arm] if (table["arm"] == arm).any() else table
        tables.append(table.assign(size=int(of_arm[column].agg(of_all))))
    together = pd.concat([table.dropna(axis="columns", how="all") for table in tables], ignore_index=True)
    columns = ["size", *accuracies[0].columns]
    return together.reindex(columns=columns).sort_values("size", kind="stable", ignore_index=True)


def draw_sizes(curve: pd.DataFrame, entry: Mapping[str, Any], *, parameter: str) -> Figure:
    """The learning curve's figure."""
    return learning_curves(curve, COUNTED[parameter], entry["title"])


def build_curve_report(
    curve: pd.DataFrame,
    entry: Mapping[str, Any],
    figure: bytes,
    *verdicts: Verdict,
    parameter: str,
    sizes: Sequence[str],
    titles: Sequence[str],
) -> str:
    """The page over all sizes, as HTML.

    Args:
        figure: PNG file of the learning curve.
        sizes: names of the sizes, and of the folders with their reports.
    """
    fields = ("name", "title", "verdict")
    return TEMPLATES.get_template("curve.html").render(
        title=entry["title"],
        counted=COUNTED[parameter],
        sizes=[dict(zip(fields, size, strict=True)) for size in zip(sizes, titles, verdicts, strict=True)],
        rows=records(curve),
        figure=figure,
    )
