"""Nodes of the reporting stage: figures and the accuracy table."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from standin.experiments.arms import label_of
from standin.figures.confusion import confusion_matrices
from standin.figures.curves import classifier_curves, loss_curves
from standin.figures.differences import Line, difference_intervals
from standin.figures.grids import grids_by_epoch, rows_by_class
from standin.metrics.classification import classification_scores
from standin.verdict.formatting import places
from standin.verdict.schema import Verdict

Arrays = dict[str, np.ndarray]


def draw_experiment(
    snapshots: Arrays,
    labeled_synthetic: Arrays,
    history: pd.DataFrame,
    predictions: pd.DataFrame,
    real_predictions: pd.DataFrame,
    test: Arrays,
    *curves: pd.DataFrame,
    arms: tuple[str, ...],
    experiment: str,
) -> tuple[Figure, Figure, Figure, Figure, Figure]:
    """The figures of every experiment, in the order of `reports.experiment_section.SECTION_FIGURES`.

    Args:
        predictions, real_predictions: of the experiment's arms, and of those without generated images.
        curves: of classifiers, one table for each of `arms`.
    """
    epoch = "epoch_"
    by_epoch = {int(name.removeprefix(epoch)): snapshots[name] for name in snapshots if name.startswith(epoch)}
    names = test["class_names"].tolist()
    both = pd.concat([real_predictions, predictions])
    matrices = {
        str(arm): classification_scores(table["label"].to_numpy(), table["predicted"].to_numpy(), len(names)).confusion
        for arm, table in both.groupby("arm", sort=False)
        if arm in ("real", "synthetic")
    }
    samples = "images from the same latents during training" if len(history) else "samples"
    images, labels = labeled_synthetic["images"], labeled_synthetic["labels"]
    return (
        grids_by_epoch(by_epoch, f"{experiment}: {samples}"),
        rows_by_class(images, labels, names, columns=12, title=f"{experiment}: generated images by label"),
        loss_curves(history, f"{experiment}: training"),
        classifier_curves(dict(zip(arms, curves, strict=True)), f"{experiment}: training of the classifiers"),
        confusion_matrices(matrices, names, f"{experiment}: predicted class of each true class"),
    )


def tabulate(*scores: pd.DataFrame) -> pd.DataFrame:
    """All scores of a data set in one table: arms without generated images first, then experiment by experiment."""
    table = pd.concat([part.dropna(axis="columns", how="all") for part in scores], ignore_index=True)
    return table.reindex(columns=scores[0].columns).astype({"generator_seed": "Int64"})


def draw_verdict(verdict: Verdict, title: str) -> Figure:
    """The verdict as a figure."""
    limits = {"replace": -verdict.margins.replace_margin, "extend": verdict.margins.extend_margin}
    lines = [
        Line(f"{model}: {label_of(arm)}", compared.pp, compared.low, compared.high, compared.answer, limits[question])
        for model, answers in verdict.generative_models.items()
        for question, answer in answers.by_question.items()
        for arm, compared in answer.by_arm.items()
    ]
    title = f"{title}: difference from training on real images"
    return difference_intervals(lines, title, places(verdict.test_images))


def keep_parameters(entry: dict[str, Any], verdict: Verdict) -> dict[str, Any]:
    """The entry with constructor defaults, and under `run` its environment. The verdict is an input so that an
    interrupted run keeps the record of the results that exist."""
    from standin.config.record import resolve_defaults, run_facts
    from standin.training import backend

    return resolve_defaults(entry) | {"run": run_facts() | {"device": backend.device()}}


def draw_real(train: Arrays, title: str) -> Figure:
    """Real images, one row per class, to compare generated ones with."""
    names = train["class_names"].tolist()
    return rows_by_class(train["images"], train["labels"], names, columns=12, title=f"{title}: real images")
