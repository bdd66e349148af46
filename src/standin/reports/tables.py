"""Summaries of the tables of scores and recalls, for reports and the terminal."""

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from standin.experiments.arms import ARMS, label_of

SMALLEST_CHANGE_PP = 0.05
"""What counts as a change of an accuracy since the previous run, percentage points."""


class MeanAccuracy(NamedTuple):
    """Accuracy of one arm in [0, 1], mean over its runs (seeds), with the outermost ends of their intervals and the
    counts of its first run; an unknown number of labels is None."""

    accuracy: float
    low: float
    high: float
    runs: int
    n_synthetic: int
    n_labels_spent: int | None
    n_manual_labels: int


class Change(NamedTuple):
    """What was trained on, in words, and its accuracy in [0, 1] in the previous run and in this one; None: not run."""

    name: str
    before: float | None
    now: float | None


class BestModel(NamedTuple):
    """A generative model, the validation accuracy of training on its images alone, and the labels that this needed;
    None: unknown."""

    model: str
    validation_accuracy: float
    labels: int | None


class MeanRecall(NamedTuple):
    """Recall of one arm in one class, mean over classifier seeds, with the outermost ends of the intervals."""

    recall: float
    low: float
    high: float


class ClassRecalls(NamedTuple):
    """A class, its number of test images, and the recall by arm; None without test images."""

    name: str
    test_images: int
    arms: dict[str, MeanRecall | None]


class Cell(NamedTuple):
    """An accuracy in [0, 1], and where it is between the lowest and the highest one of its table."""

    accuracy: float
    shade: float


class MatrixRow(NamedTuple):
    """What was trained on, in words; a cell for each column, None where nothing was trained."""

    label: str
    cells: tuple[Cell | None, ...]


class Matrix(NamedTuple):
    """Accuracies by what was trained on and by generative model; the name of none is empty."""

    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


class PixelComparison(NamedTuple):
    """By classifier on pixels: the accuracy after training on `images` real images, in [0, 1], and the gain of as many
    images of a generative model, percentage points."""

    model: str
    images: int
    real: dict[str, float]
    pp: dict[str, float]


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table, None for missing values."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(column): value for column, value in row.items()} for row in rows]


def mean_accuracy(accuracy: pd.DataFrame, arm: str, model: str | None = None) -> MeanAccuracy | None:
    """One arm's accuracy, for all generative models or one; None if it was not run."""
    runs = accuracy[accuracy["arm"] == arm]
    if model is not None:
        runs = runs[runs["generative_model"] == model]
    if runs.empty:
        return None
    counts = [records(runs.head(1))[0][name] for name in ("n_synthetic", "n_labels_spent", "n_manual_labels")]
    ends = runs["accuracy_low"].min(), runs["accuracy_high"].max()
    return MeanAccuracy(runs["accuracy"].mean(), *ends, len(runs), *counts)


def accuracies(accuracy: pd.DataFrame) -> list[tuple[str, MeanAccuracy]]:
    """What classifiers were trained on, such as `gan: generated images only`, and their accuracy (mean over seeds),
    best first."""
    means = []
    for arm, model in accuracy[["arm", "generative_model"]].drop_duplicates().itertuples(index=False):
        named = isinstance(model, str)
        mean = mean_accuracy(accuracy, arm, model if named else None)
        if mean:
            means.append((f"{model}: {label_of(arm)}" if named else label_of(arm), mean))
    return sorted(means, key=lambda named: -named[1].accuracy)


def changes(accuracy: pd.DataFrame, before: pd.DataFrame) -> list[Change] | None:
    """What differs from the accuracies of the previous run: those that changed by `SMALLEST_CHANGE_PP` or more, best
    first, and those that only one of the runs has. Arms that no longer exist are left out. None: there is no table
    before, or only one of an older version."""
    if before.empty or not set(accuracy.columns) <= set(before.columns):
        return None
    before = before[[arm.partition(" ")[0] in ARMS for arm in before["arm"]]]
    old, found = dict(accuracies(before)), []
    for name, mean in accuracies(accuracy):
        was = old.pop(name, None)
        if was is None or abs(100 * (mean.accuracy - was.accuracy)) >= SMALLEST_CHANGE_PP:
            found.append(Change(name, was.accuracy if was else None, mean.accuracy))
    return found + [Change(name, was.accuracy, None) for name, was in old.items()]


def accuracy_matrix(accuracy: pd.DataFrame) -> Matrix:
    """Mean accuracy by what was trained on (rows) and generative model (columns; the first one is for none)."""
    means = accuracy.fillna({"generative_model": ""}).pivot_table(
        index="arm", columns="generative_model", values="accuracy", sort=False
    )
    values = means.to_numpy(dtype=float)
    least, most = float(np.nanmin(values)), float(np.nanmax(values))

    def cell(accuracy: float) -> Cell | None:
        return None if math.isnan(accuracy) else Cell(accuracy, (accuracy - least) / max(most - least, 1e-12))

    rows = [
        MatrixRow(label_of(str(arm)), tuple(map(cell, row)))
        for arm, row in zip(means.index, values.tolist(), strict=True)
    ]
    return Matrix(tuple(map(str, means.columns)), tuple(rows))


def best_models(accuracy: pd.DataFrame, without: Collection[str] = ()) -> list[BestModel]:
    """The two generative models whose images alone train the best classifiers, by validation accuracy (mean over
    seeds), best first; empty with fewer than two models, not counting those in `without`."""
    runs = accuracy[(accuracy["arm"] == "synthetic") & ~accuracy["generative_model"].isin(without)]
    columns = {"validation_accuracy": ("validation_accuracy", "mean"), "labels": ("n_labels_spent", "max")}
    means = runs.groupby("generative_model").agg(**columns).sort_values("validation_accuracy", ascending=False)
    if len(means) < 2:
        return []
    best = records(means.head(2).reset_index())
    return [BestModel(row["generative_model"], row["validation_accuracy"], row["labels"]) for row in best]


def recall_by_class(recalls: pd.DataFrame) -> list[ClassRecalls]:
    """Every class with the recall of every arm.

    Args:
        recalls: columns `arm`, `class`, `test_images`, `recall`, `recall_low`, `recall_high`; one row per classifier
            and class.
    """
    arms = recalls["arm"].unique()
    columns = {"recall": ("recall", "mean"), "low": ("recall_low", "min"), "high": ("recall_high", "max")}
    classes = []
    for name, of_class in recalls.groupby("class", sort=False):
        test_images = int(of_class["test_images"].iloc[0])
        by_arm = of_class.groupby("arm", sort=False).agg(**columns) if test_images else pd.DataFrame()
        means = {arm: MeanRecall(*by_arm.loc[arm]) if arm in by_arm.index else None for arm in arms}
        classes.append(ClassRecalls(str(name), test_images, means))
    return classes


def robustness_by_model(tables: Sequence[pd.DataFrame]) -> dict[str, dict[str, float]]:
    """Perturbation -> `real` or generative model -> accuracy on the images of all classes, mean over generator seeds.

    Args:
        tables: as `standin.pipelines.evaluation.robustness` returns them.
    """
    by_perturbation: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for table in tables:
        for row in records(table.drop_duplicates("perturbation")):
            by_perturbation[row["perturbation"]][row["generative_model"] or row["arm"]].append(row["accuracy"])
    return {
        name: {model: sum(values) / len(values) for model, values in by_model.items()}
        for name, by_model in by_perturbation.items()
    }


def less_favorable(metrics: Sequence[Mapping[str, Any]]) -> set[str]:
    """Names of the metrics that are further from their value for real images than in the other feature space (`pixels`
    or features), in units of that value's range, or else of that value."""
    by_name = {metric["name"]: metric for metric in metrics}
    pairs = [(name, f"{name}_pixels") for name in by_name if f"{name}_pixels" in by_name]
    known = [pair for pair in pairs if all(by_name[name]["value"] is not None for name in pair)]
    return {max(pair, key=lambda name: _shortfall(by_name[name])) for pair in known}


def _shortfall(metric: Mapping[str, Any]) -> float:
    real, low, high = metric["real"], metric["real_low"], metric["real_high"]
    if real is None:
        return 0.0
    difference = metric["value"] - real
    worse = {"higher": -difference, "lower": difference}.get(metric["better"], abs(difference))
    return float(worse / max(high - low if low is not None else abs(real), 1e-12))


def pixel_comparisons(tables: Sequence[pd.DataFrame]) -> list[PixelComparison]:
    """Each generative model's comparison by the classifiers on pixels, mean over generator seeds.

    Args:
        tables: as `standin.pipelines.other_classifiers.pixels.evaluate_pixel_classifiers` returns them.
    """
    comparisons = []
    for model, rows in pd.concat(tables).groupby("generative_model", sort=False) if tables else ():
        means = rows.groupby("classifier", sort=False)[["real", "synthetic"]].mean()
        real = {str(name): float(value) for name, value in means["real"].items()}
        pp = {name: 100 * (float(means["synthetic"][name]) - real[name]) for name in real}
        comparisons.append(PixelComparison(str(model), int(rows["images"].min()), real, pp))
    return comparisons
