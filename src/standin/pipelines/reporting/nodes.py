"""Nodes of the reporting stage: figures and the accuracy table."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from standin.figures.accuracy import accuracy_intervals
from standin.figures.confusion import confusion_matrices
from standin.figures.curves import classifier_curves, loss_curves
from standin.figures.grids import grids_by_epoch, rows_by_class
from standin.metrics.classification import classification_scores

Arrays = dict[str, np.ndarray]
SECTION_FIGURES = ("samples_figure", "labelled_figure", "losses_figure", "training_figure", "confusion_figure")


def draw_samples(snapshots: Arrays, labelled_synthetic: Arrays, experiment: str) -> tuple[Figure, Figure]:
    """The same latents by epoch; and labelled samples, one class a row."""
    by_epoch = {int(name.removeprefix("epoch_")): images for name, images in snapshots.items()}
    rows = labelled_synthetic
    title = f"{experiment}: generated rows by the label they carry"
    return (
        grids_by_epoch(by_epoch, f"{experiment}: one fixed batch of latents while training"),
        rows_by_class(rows["images"], rows["labels"], rows["class_names"].tolist(), columns=12, title=title),
    )


def draw_losses(history: pd.DataFrame, experiment: str) -> Figure:
    """The generative model's losses by epoch."""
    return loss_curves(history, f"{experiment}: losses")


def draw_classifiers(
    predictions: pd.DataFrame,
    real_predictions: pd.DataFrame,
    test: Arrays,
    *curves: pd.DataFrame,
    arms: tuple[str, ...],
    experiment: str,
) -> tuple[Figure, Figure]:
    """Training curves and confusion matrices of classifiers trained on real and on generated rows, side by side.

    Args:
        curves: one table for each of `arms`.
    """
    both = pd.concat([real_predictions, predictions])
    names = test["class_names"].tolist()
    matrices = {
        str(arm): classification_scores(rows["label"].to_numpy(), rows["predicted"].to_numpy(), len(names)).confusion
        for arm, rows in both.groupby("arm", sort=False)
        if arm in ("R", "S")
    }
    return (
        classifier_curves(dict(zip(arms, curves, strict=True)), f"{experiment}: classifiers while training"),
        confusion_matrices(matrices, names, f"{experiment}: what becomes of each class of the test rows"),
    )


def tabulate(*scores: pd.DataFrame) -> pd.DataFrame:
    """All scores of a data set in one table: the real arms first, then one experiment after the other."""
    table = pd.concat([part.dropna(axis="columns", how="all") for part in scores], ignore_index=True)
    return table[scores[0].columns.tolist()].astype({"generator_seed": "Int64"})


def draw_accuracy(accuracy: pd.DataFrame, title: str) -> Figure:
    """The picture of the answer."""
    return accuracy_intervals(accuracy, f"{title}: what should a classifier be trained on?")


def draw_real(train: Arrays, title: str) -> Figure:
    """Real rows, one class a row, to compare generated ones with."""
    names = train["class_names"].tolist()
    return rows_by_class(train["images"], train["labels"], names, columns=12, title=f"{title}: real rows")


def write_section(
    labels: dict[str, Any],
    labeller_report: dict[str, Any],
    labelling: dict[str, Any],
    recalls: pd.DataFrame,
    real_recalls: pd.DataFrame,
    *pictures: bytes,
    experiment: str,
) -> str:
    """An experiment's part of the report, as HTML.

    Args:
        labels, labeller_report, labelling: how the samples came to their labels.
        recalls, real_recalls: recall by class of its own arms and of those without generated rows.
        pictures: PNG files, in the order of `SECTION_FIGURES`.
    """
    from standin.pipelines.reporting import report

    figures = dict(zip(SECTION_FIGURES, pictures, strict=True))
    return report.section(experiment, labels, labeller_report, labelling, recalls, real_recalls, figures)


def build_report(
    accuracy: pd.DataFrame,
    parameters: dict[str, Any],
    accuracy_figure: bytes,
    real_figure: bytes,
    *sections: str,
    experiments: tuple[str, ...],
) -> str:
    """The report of one data set: a single HTML page that needs nothing beside itself.

    Args:
        accuracy: the table.
        parameters: the data set's whole entry.
        accuracy_figure, real_figure: PNG files.
        sections: one for each of `experiments`.
    """
    from standin.pipelines.reporting import report

    return report.page(
        accuracy, parameters, accuracy_figure, real_figure, dict(zip(experiments, sections, strict=True))
    )
