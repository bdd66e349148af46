"""Nodes of the reporting stage: figures and the accuracy table."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from standin.experiments.arms import arm_of
from standin.figures.accuracy import accuracy_by_epochs, accuracy_intervals
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
    """The figures that every experiment has, in the order of `reports.experiment_section.SECTION_FIGURES`.

    Args:
        predictions, real_predictions: of the experiment's arms and of those without generated images.
        curves: of classifiers, one table for each of `arms`.
    """
    by_epoch = {
        int(name.removeprefix("epoch_")): images for name, images in snapshots.items() if name.startswith("epoch_")
    }
    names = test["class_names"].tolist()
    both = pd.concat([real_predictions, predictions])
    matrices = {
        str(arm): classification_scores(table["label"].to_numpy(), table["predicted"].to_numpy(), len(names)).confusion
        for arm, table in both.groupby("arm", sort=False)
        if arm in ("real", "synthetic")
    }
    title = f"{experiment}: generated images by their label"
    return (
        grids_by_epoch(
            by_epoch, f"{experiment}: {'one fixed batch of latents while training' if len(history) else 'samples'}"
        ),
        rows_by_class(labeled_synthetic["images"], labeled_synthetic["labels"], names, columns=12, title=title),
        loss_curves(history, f"{experiment}: losses"),
        classifier_curves(dict(zip(arms, curves, strict=True)), f"{experiment}: classifiers while training"),
        confusion_matrices(matrices, names, f"{experiment}: predicted class of each true class"),
    )


def tabulate(*scores: pd.DataFrame) -> pd.DataFrame:
    """All scores of a data set in one table: the real arms first, then one experiment after the other."""
    table = pd.concat([part.dropna(axis="columns", how="all") for part in scores], ignore_index=True)
    return table.reindex(columns=scores[0].columns).astype({"generator_seed": "Int64"})


def draw_accuracy(accuracy: pd.DataFrame, title: str) -> Figure:
    """The accuracy of every classifier as a figure."""
    return accuracy_intervals(accuracy, f"{title}: what should a classifier be trained on?")


def draw_verdict(verdict: Verdict, title: str) -> Figure:
    """The verdict as a figure."""
    lines = [
        Line(f"{arm}   {model}", compared.pp, compared.low, compared.high, compared.answer, arm_of(arm).color)
        for model, found in verdict.generative_models.items()
        for arm, compared in found.by_arm.items()
    ]
    margins = verdict.margins
    return difference_intervals(
        lines,
        margins.replace_margin,
        margins.extend_margin,
        f"{title}: what is lost or gained?",
        places(verdict.test_images),
    )


def keep_parameters(entry: dict[str, Any], verdict: Verdict) -> dict[str, Any]:
    """The record of the run, next to its results: the entry with constructor defaults, and under `run` what it ran
    on. The verdict is an input so that an interrupted run leaves the record of the results that exist."""
    from standin.config.record import resolve_defaults, run_facts
    from standin.training import backend

    return resolve_defaults(entry) | {"run": run_facts() | {"device": backend.device()}}


def draw_real(train: Arrays, title: str) -> Figure:
    """Real images, one class a row, to compare generated ones with."""
    names = train["class_names"].tolist()
    return rows_by_class(train["images"], train["labels"], names, columns=12, title=f"{title}: real images")


def draw_by_epoch(accuracy_by_epoch: pd.DataFrame, title: str) -> Figure:
    """The table by epochs as a figure."""
    return accuracy_by_epochs(accuracy_by_epoch, f"{title}: few images, many epochs")
