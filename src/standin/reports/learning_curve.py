"""Nodes of a learning curve: the accuracy tables of several sizes in one, its picture, and its page."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from standin.figures.learning_curve import learning_curves
from standin.reports.templating import TEMPLATES

COUNTED = {"n_real": "real training images", "label_budget": "labels"}
"""Parameter that has several values -> what they count."""
COUNTS = {"n_real": ("real", "n_real", "max"), "label_budget": ("labeled_subset", "n_labels_spent", "min")}
"""The same -> arm and column of the accuracy table that say how many there were; where the arm was not run, which of
all arms' numbers does."""


def tabulate_sizes(*accuracies: pd.DataFrame, parameter: str) -> pd.DataFrame:
    """The accuracy tables of all sizes in one, with `size` before their columns, small sizes first.

    Args:
        accuracies: the table of each size.
        parameter: that has several sizes.
    """
    arm, column, of_all = COUNTS[parameter]
    tables = []
    for table in accuracies:
        # Where every label may be read there is no arm of the budget alone: it would be R once more.
        own = table[table["arm"] == arm] if (table["arm"] == arm).any() else table
        tables.append(table.assign(size=int(own[column].agg(of_all))))
    whole = pd.concat([table.dropna(axis="columns", how="all") for table in tables], ignore_index=True)
    columns = ["size", *accuracies[0].columns]
    return whole.reindex(columns=columns).sort_values("size", kind="stable", ignore_index=True)


def draw_sizes(curve: pd.DataFrame, entry: dict[str, Any], *, parameter: str) -> Figure:
    """The learning curve's picture."""
    counted = COUNTED[parameter]
    return learning_curves(curve, counted, f"{entry['title']}: how much do few {counted} tell?")


def build_curve_report(
    curve: pd.DataFrame,
    entry: dict[str, Any],
    figure: bytes,
    *parts: Any,
    parameter: str,
    sizes: Sequence[str],
    titles: Sequence[str],
) -> str:
    """The page over all sizes, as HTML.

    Args:
        figure: PNG file of the learning curve.
        parts: the verdict of each size.
        parameter: that has several sizes.
        sizes: names of the sizes; their reports lie in folders of these names.
        titles: what to call each.
    """
    found: list[Mapping[str, Any]] = [
        {"name": name, "title": title, "verdict": verdict}
        for name, title, verdict in zip(sizes, titles, parts, strict=True)
    ]
    return TEMPLATES.get_template("curve.html").render(
        title=entry["title"],
        counted=COUNTED[parameter],
        sizes=found,
        rows=curve.astype(object).where(curve.notna(), None).to_dict("records"),
        figure=figure,
    )
