"""Nodes of the reporting stage: figures and the accuracy table."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from standin.figures.accuracy import accuracy_by_epochs, accuracy_intervals
from standin.figures.confusion import confusion_matrices
from standin.figures.curves import classifier_curves, loss_curves
from standin.figures.differences import difference_intervals
from standin.figures.grids import grids_by_epoch, rows_by_class
from standin.metrics.classification import classification_scores
from standin.verdict.formatting import places

Arrays = dict[str, np.ndarray]
SECTION_FIGURES = ("samples_figure", "labeled_figure", "losses_figure", "training_figure", "confusion_figure")


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
    """The figures that every experiment has, in the order of `SECTION_FIGURES`.

    Args:
        predictions, real_predictions: of its own arms and of those without generated rows.
        curves: of classifiers, one table for each of `arms`.
    """
    by_epoch = {
        int(name.removeprefix("epoch_")): images for name, images in snapshots.items() if name.startswith("epoch_")
    }
    rows = labeled_synthetic
    names = test["class_names"].tolist()
    both = pd.concat([real_predictions, predictions])
    matrices = {
        str(arm): classification_scores(rows["label"].to_numpy(), rows["predicted"].to_numpy(), len(names)).confusion
        for arm, rows in both.groupby("arm", sort=False)
        if arm in ("real", "synthetic")
    }
    title = f"{experiment}: generated rows by the label they carry"
    return (
        grids_by_epoch(
            by_epoch, f"{experiment}: {'one fixed batch of latents while training' if len(history) else 'samples'}"
        ),
        rows_by_class(rows["images"], rows["labels"], names, columns=12, title=title),
        loss_curves(history, f"{experiment}: losses"),
        classifier_curves(dict(zip(arms, curves, strict=True)), f"{experiment}: classifiers while training"),
        confusion_matrices(matrices, names, f"{experiment}: what becomes of each class of the test rows"),
    )


def tabulate(*scores: pd.DataFrame) -> pd.DataFrame:
    """All scores of a data set in one table: the real arms first, then one experiment after the other."""
    table = pd.concat([part.dropna(axis="columns", how="all") for part in scores], ignore_index=True)
    return table.reindex(columns=scores[0].columns).astype({"generator_seed": "Int64"})


def draw_accuracy(accuracy: pd.DataFrame, title: str) -> Figure:
    """The picture of the answer."""
    return accuracy_intervals(accuracy, f"{title}: what should a classifier be trained on?")


def draw_verdict(verdict: dict[str, Any], title: str) -> Figure:
    """The verdict as a picture."""
    return difference_intervals(verdict, f"{title}: what is lost or gained?", places(verdict["test_images"]))


def keep_parameters(entry: dict[str, Any], verdict: dict[str, Any]) -> dict[str, Any]:
    """The record of the run, next to its results: the entry with constructor defaults filled in, and under `run` what it
    ran on. It waits for the verdict, so that an interrupted run leaves the record of the results that exist."""
    from standin.config.record import resolve_defaults, run_facts
    from standin.training import backend

    return resolve_defaults(entry) | {"run": run_facts() | {"device": backend.device()}}


def draw_real(train: Arrays, title: str) -> Figure:
    """Real rows, one class a row, to compare generated ones with."""
    names = train["class_names"].tolist()
    return rows_by_class(train["images"], train["labels"], names, columns=12, title=f"{title}: real rows")


def write_section(
    labels: dict[str, Any],
    pseudo_labeler_report: dict[str, Any],
    history: pd.DataFrame,
    recalls: pd.DataFrame,
    real_recalls: pd.DataFrame,
    sample_quality: dict[str, Any],
    sample_quality_figures: Mapping[str, Callable[[], bytes]],
    *pictures: bytes,
    experiment: str,
) -> str:
    """An experiment's part of the report, as HTML.

    Args:
        labels, pseudo_labeler_report: how the samples came to their labels.
        history: losses by epoch; empty where the model was fitted without any.
        recalls, real_recalls: recall by class of its own arms and of those without generated rows.
        examination, sample_quality_figures: what was found about the model, and its PNG files.
        pictures: PNG files, in the order of `SECTION_FIGURES`.
    """
    from standin.reports import report

    figures = dict(zip(SECTION_FIGURES, pictures, strict=True))
    found = [(sample_quality["captions"][name], load()) for name, load in sorted(sample_quality_figures.items())]
    return report.section(
        experiment,
        labels,
        pseudo_labeler_report,
        len(history),
        recalls,
        real_recalls,
        sample_quality["findings"],
        sample_quality["noticed"],
        found,
        figures,
    )


def draw_by_epoch(accuracy_by_epoch: pd.DataFrame, title: str) -> Figure:
    """The first study's table as a picture."""
    return accuracy_by_epochs(accuracy_by_epoch, f"{title}: few rows, many epochs")


def build_report(
    verdict: dict[str, Any],
    accuracy: pd.DataFrame,
    parameters: dict[str, Any],
    oracle_report: dict[str, Any],
    verdict_figure: bytes,
    accuracy_figure: bytes,
    real_figure: bytes,
    *sections: Any,
    experiments: tuple[str, ...],
) -> str:
    """The report of one data set: a single HTML page that needs nothing beside itself.

    Args:
        verdict: on each generative model.
        accuracy: the table.
        parameters: the data set's whole entry, of the run.
        oracle_report: how good the oracle is.
        verdict_figure, accuracy_figure, real_figure: PNG files.
        sections: one for each of `experiments`; then, where there is one, the table by epochs and its PNG file.
    """
    from standin.reports import report

    own, by_epoch = sections[: len(experiments)], sections[len(experiments) :]
    return report.page(
        verdict,
        accuracy,
        parameters,
        oracle_report,
        verdict_figure,
        accuracy_figure,
        real_figure,
        dict(zip(experiments, own, strict=True)),
        by_epoch=by_epoch or None,
    )
