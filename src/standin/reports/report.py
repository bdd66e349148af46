"""The report of one data set."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from standin.core.images import png
from standin.reports.templating import TEMPLATES
from standin.verdict.formatting import kind_of, places


def page(
    verdict: Mapping[str, Any],
    accuracy: pd.DataFrame,
    parameters: Mapping[str, Any],
    oracle: Mapping[str, Any],
    verdict_figure: bytes,
    accuracy_figure: bytes,
    real_figure: bytes,
    sections: Mapping[str, str],
    by_epoch: tuple[pd.DataFrame, bytes] | None,
) -> str:
    """The whole page. Args as for `build_report`; `sections`: experiment -> its HTML; `by_epoch`: the table by epochs
    and its PNG file."""
    table, figure = by_epoch or (None, None)
    return TEMPLATES.get_template("report.html").render(
        title=parameters["title"],
        verdict=verdict,
        parameters=parameters,
        places=places(verdict["test_images"]),
        missing=missing_of(parameters),
        rows=accuracy.astype(object).where(accuracy.notna(), None).to_dict("records"),
        real=mean_accuracy(accuracy, "real"),
        budget=against_real(accuracy, "labeled_subset"),
        own_labels=against_real(accuracy, "self_training"),
        augmented=against_real(accuracy, "real_augmented"),
        repeated=against_real(accuracy, "oversampled"),
        best=best_models(accuracy, [name for name, judged in verdict["generative_models"].items() if judged["copies"]]),
        two_classes=bool(accuracy["roc_auc"].notna().any()),
        oracle=oracle,
        by_epoch=None if table is None else table.to_dict("records"),
        by_epoch_figure=figure,
        answers=[answer(accuracy, model) for model in models_of(accuracy)],
        experiments=list(sections),
        sections=list(sections.values()),
        verdict_figure=verdict_figure,
        accuracy_figure=accuracy_figure,
        real_figure=real_figure,
    )


def section(
    experiment: str,
    labels: Mapping[str, Any],
    pseudo_labeler_report: Mapping[str, Any],
    epochs: int,
    recalls: pd.DataFrame,
    real_recalls: pd.DataFrame,
    metrics: list[dict[str, Any]],
    diagnostics: list[str],
    found_figures: list[tuple[str, bytes]],
    figures: Mapping[str, bytes],
) -> str:
    """An experiment's part of the page. Args as for `write_section`; `epochs`: how many there were; `found_figures`:
    captions and PNG files; `figures`: name -> PNG."""
    return TEMPLATES.get_template("section.html").render(
        experiment=experiment,
        labels=labels,
        pseudo_labeler_report=pseudo_labeler_report,
        epochs=epochs,
        recalls=recall_table(pd.concat([real_recalls, recalls])),
        classifier_seeds=recalls["classifier_seed"].nunique(),
        metrics=metrics,
        diagnostics=diagnostics,
        found_figures=found_figures,
        **figures,
    )


def contact_sheet(experiment: str, images: np.ndarray, class_names: list[str]) -> str:
    """A page that shows generated images with their numbers, for a person who labels them.

    Args:
        images: (n, height, width, channels) uint8.
    """
    return TEMPLATES.get_template("contact_sheet.html").render(
        experiment=experiment, class_names=class_names, images=[png(image) for image in images]
    )


def models_of(accuracy: pd.DataFrame) -> list[str]:
    """The generative models in the table, in its order."""
    return list(accuracy["generative_model"].dropna().unique())


def best_models(accuracy: pd.DataFrame, copying: Sequence[str]) -> list[dict[str, Any]]:
    """The generative models whose arm synthetic is best on validation rows, the mean over seeds, and second best: `model`,
    `validation_accuracy`, `labels` (how many were spent); none if there is no choice.

    Args:
        copying: models whose images may be copies, which are not chosen.
    """
    rows = accuracy[(accuracy["arm"] == "synthetic") & ~accuracy["generative_model"].isin(copying)]
    columns = {"validation_accuracy": ("validation_accuracy", "mean"), "labels": ("n_labels_spent", "max")}
    means = rows.groupby("generative_model").agg(**columns).sort_values("validation_accuracy", ascending=False)
    if len(means) < 2:
        return []
    return [{"model": model} | dict(row) for model, row in means.head(2).iterrows()]


def mean_accuracy(accuracy: pd.DataFrame, arm: str, model: str | None = None) -> dict[str, Any] | None:
    """Mean over seeds of one arm's accuracy, with the outermost ends of its intervals; None if the arm was not run."""
    rows = accuracy[accuracy["arm"] == arm]
    if model is not None:
        rows = rows[rows["generative_model"] == model]
    if rows.empty:
        return None
    return {
        "accuracy": rows["accuracy"].mean(),
        "low": rows["accuracy_low"].min(),
        "high": rows["accuracy_high"].max(),
        "runs": len(rows),
        "n_synthetic": rows["n_synthetic"].iloc[0],
        "n_labels_spent": rows["n_labels_spent"].iloc[0],
        "n_manual_labels": rows["n_manual_labels"].iloc[0],
    }


def answer(accuracy: pd.DataFrame, model: str) -> dict[str, Any]:
    """What the table says of one generative model, against training on real rows."""
    return {
        "model": model,
        "alone": against_real(accuracy, "synthetic", model),
        "both": against_real(accuracy, "mixed", model),
        "first": against_real(accuracy, "synthetic_then_real", model),
        "filled": against_real(accuracy, "imputed", model),
    }


def against_real(accuracy: pd.DataFrame, arm: str, model: str | None = None) -> dict[str, Any] | None:
    """One arm's mean accuracy, and by how many points it lies above arm real's; None if the arm was not run."""
    found, real = mean_accuracy(accuracy, arm, model), mean_accuracy(accuracy, "real")
    if found and real:
        found["points"] = 100 * (found["accuracy"] - real["accuracy"])
    return found


def recall_table(recalls: pd.DataFrame) -> list[dict[str, Any]]:
    """Each class: its `name`, `rows` (test images), and by `arms` the mean recall over classifier seeds with the
    outermost ends of its intervals: `recall`, `low`, `high` (None where there are no rows)."""
    table = recalls.assign(**{"class": recalls["class"].astype(str)})
    columns = {"recall": ("recall", "mean"), "low": ("recall_low", "min"), "high": ("recall_high", "max")}
    found = []
    for name, of_class in table.groupby("class", sort=False):
        rows = int(of_class["test_images"].iloc[0])
        own = of_class.groupby("arm", sort=False).agg(**columns).to_dict("index") if rows else {}
        found.append({"name": name, "rows": rows, "arms": {arm: own.get(arm) for arm in table["arm"].unique()}})
    return found


def missing_of(parameters: Mapping[str, Any]) -> str | None:
    """What was taken out of the real training images before anything else happened, in words; None: nothing."""
    found = []
    if parameters["n_real"] is not None:
        found.append(f"there were {parameters['n_real']:,} real training images")
    if parameters["withheld_subset"]:
        kept = (
            f"all but {parameters['withheld_subset']['keep']:.0%}" if parameters["withheld_subset"]["keep"] else "all"
        )
        found.append(f"{kept} of the real training images of {kind_of(parameters['withheld_subset'])} were taken out")
    return ", and ".join(found) or None
