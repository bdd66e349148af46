"""The report of one data set, one self-contained HTML file."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from standin.experiments.arms import ARMS
from standin.reports.tables import (
    SMALLEST_CHANGE_PP,
    MeanAccuracy,
    accuracy_matrix,
    best_models,
    changes,
    mean_accuracy,
    pixel_comparisons,
    records,
    robustness_by_model,
)
from standin.reports.templating import TEMPLATES
from standin.verdict.formatting import describe_withheld, places
from standin.verdict.schema import ArmAnswer, Verdict

FILES = (
    ("accuracy.csv", "every classifier's scores"),
    ("verdict.json", "the verdict and all differences behind it"),
    ("parameters.json", "all parameters, and how it was run"),
)
"""Files next to the report of a pipeline, and what they contain."""
REAL_ARMS = tuple(arm.key for arm in ARMS.values() if not arm.generated)


class ModelArms(NamedTuple):
    """The accuracy of a generative model's arms, and their comparison with real images, by arm."""

    model: str
    accuracy: dict[str, MeanAccuracy]
    vs_real: Mapping[str, ArmAnswer]


def build_report(
    verdict: Verdict,
    accuracy: pd.DataFrame,
    previous_accuracy: pd.DataFrame,
    parameters: Mapping[str, Any],
    oracle: Mapping[str, Any],
    copies: Mapping[str, Any],
    verdict_figure: bytes,
    accuracy_figure: bytes,
    real_figure: bytes,
    *parts: Any,
    experiments: Sequence[str],
    optional: Sequence[str] = (),
) -> str:
    """The report, as HTML.

    Args:
        accuracy, previous_accuracy: the tables of scores of this run and of the one before, which may be empty.
        parameters: the data set's complete parameters.
        oracle: its accuracy and numbers of images.
        copies: `standin.data.copies.Copies`.
        verdict_figure, accuracy_figure, real_figure: PNG files.
        parts: the section of each of `experiments`, then those of `optional`.
        experiments: names without the data set's.
        optional: which of `accuracy_by_epoch` (the table), `by_epoch_figure` (PNG), `memorization_controls` and
            `robustness` (tables; the latter with the experiment as a prefix, too), and `pixel_scores` of experiments,
            there are.
    """
    sections = parts[: len(experiments)]
    more = dict(zip(optional, parts[len(experiments) :], strict=True))
    on_pixels = [table for name, table in more.items() if name.endswith("pixel_scores")]
    robustness = [table for name, table in more.items() if name.endswith("robustness")]
    tables = {name: table.to_dict("records") for name, table in more.items() if isinstance(table, pd.DataFrame)}
    memorizing = [name for name, answers in verdict.generative_models.items() if answers.memorized]
    return TEMPLATES.get_template("report.html").render(
        title=parameters["title"],
        verdict=verdict,
        parameters=parameters,
        parameter_text=json.dumps(parameters, indent=1, default=str),
        all_given=all("images" in parameters["generative_models"][model] for model in verdict.generative_models),
        places=places(verdict.test_images),
        restriction=describe_restriction(parameters),
        changes=changes(accuracy, previous_accuracy),
        smallest_change_pp=SMALLEST_CHANGE_PP,
        rows=records(accuracy),
        matrix=accuracy_matrix(accuracy),
        real_arms={arm: mean_accuracy(accuracy, arm) for arm in REAL_ARMS},
        models=[_arms_of(model, accuracy, verdict) for model in accuracy["generative_model"].dropna().unique()],
        best=best_models(accuracy, memorizing),
        two_classes=bool(accuracy["roc_auc"].notna().any()),
        oracle=oracle,
        copies=copies,
        by_epoch=tables.get("accuracy_by_epoch"),
        by_epoch_figure=more.get("by_epoch_figure"),
        controls=tables.get("memorization_controls"),
        robustness=robustness_by_model(robustness),
        network=str(parameters["classifier"]["model"]["_target_"]).rpartition(".")[2],
        on_pixels=pixel_comparisons(on_pixels),
        perturbed_images=robustness[0]["test_images"].iloc[0] if robustness else 0,
        experiments=experiments,
        files=FILES,
        sections=sections,
        verdict_figure=verdict_figure,
        accuracy_figure=accuracy_figure,
        real_figure=real_figure,
    )


def describe_restriction(parameters: Mapping[str, Any]) -> str | None:
    """Which real training images were left out from the start, in words; None if none were."""
    clauses = []
    if parameters["n_real"] is not None:
        clauses.append(f"only {parameters['n_real']:,} real training images were used")
    if subset := parameters["withheld_subset"]:
        left_out = f"all but {subset['keep']:.0%}" if subset["keep"] else "all"
        clauses.append(f"{left_out} of the real training images of {describe_withheld(subset)} were withheld")
    return ", and ".join(clauses) or None


def _arms_of(model: str, accuracy: pd.DataFrame, verdict: Verdict) -> ModelArms:
    arms = {arm: mean_accuracy(accuracy, arm, model) for arm in ARMS if arm not in REAL_ARMS}
    present = {arm: mean for arm, mean in arms.items() if mean}
    return ModelArms(model, present, verdict.generative_models[model].by_arm)
