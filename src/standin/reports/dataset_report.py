"""The report of one data set: one HTML file that contains everything."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from standin.experiments.arms import ARMS
from standin.reports.tables import MeanAccuracy, best_models, mean_accuracy, records
from standin.reports.templating import TEMPLATES
from standin.verdict.formatting import describe_withheld, places
from standin.verdict.schema import ArmAnswer, Verdict

REAL_ARMS = tuple(arm.key for arm in ARMS.values() if not arm.generated)


class ModelArms(NamedTuple):
    """A generative model's arms: accuracy, and the comparison with real images (None without arm real), by arm."""

    model: str
    accuracy: dict[str, MeanAccuracy]
    vs_real: Mapping[str, ArmAnswer]


def build_report(
    verdict: Verdict,
    accuracy: pd.DataFrame,
    parameters: Mapping[str, Any],
    oracle: Mapping[str, Any],
    verdict_figure: bytes,
    accuracy_figure: bytes,
    real_figure: bytes,
    *parts: Any,
    experiments: Sequence[str],
) -> str:
    """The report, as HTML.

    Args:
        accuracy: the table of scores.
        parameters: the data set's complete parameters, of the run.
        oracle: how good the oracle is.
        verdict_figure, accuracy_figure, real_figure: PNG files.
        parts: the section of each of `experiments`; then, where there is one, the table by epochs and its PNG file.
        experiments: names without the data set's.
    """
    sections, (by_epoch, by_epoch_figure) = parts[: len(experiments)], parts[len(experiments) :] or (None, None)
    copying = [name for name, found in verdict.generative_models.items() if found.copies]
    return TEMPLATES.get_template("report.html").render(
        title=parameters["title"],
        verdict=verdict,
        parameters=parameters,
        places=places(verdict.test_images),
        restriction=describe_restriction(parameters),
        rows=records(accuracy),
        real_arms={arm: mean_accuracy(accuracy, arm) for arm in REAL_ARMS},
        models=[_arms_of(model, accuracy, verdict) for model in accuracy["generative_model"].dropna().unique()],
        best=best_models(accuracy, copying),
        two_classes=bool(accuracy["roc_auc"].notna().any()),
        oracle=oracle,
        by_epoch=None if by_epoch is None else by_epoch.to_dict("records"),
        by_epoch_figure=by_epoch_figure,
        experiments=experiments,
        sections=sections,
        verdict_figure=verdict_figure,
        accuracy_figure=accuracy_figure,
        real_figure=real_figure,
    )


def describe_restriction(parameters: Mapping[str, Any]) -> str | None:
    """Which real training images were left out before anything else happened, in words; None: none."""
    clauses = []
    if parameters["n_real"] is not None:
        clauses.append(f"there were {parameters['n_real']:,} real training images")
    if subset := parameters["withheld_subset"]:
        left_out = f"all but {subset['keep']:.0%}" if subset["keep"] else "all"
        clauses.append(f"{left_out} of the real training images of {describe_withheld(subset)} were withheld")
    return ", and ".join(clauses) or None


def _arms_of(model: str, accuracy: pd.DataFrame, verdict: Verdict) -> ModelArms:
    arms = {arm: mean_accuracy(accuracy, arm, model) for arm in ARMS if arm not in REAL_ARMS}
    vs_real = verdict.generative_models[model].by_arm
    return ModelArms(model, {arm: found for arm, found in arms.items() if found}, vs_real)
