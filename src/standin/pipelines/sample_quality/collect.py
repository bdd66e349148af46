"""The node that collects the results of one generative model."""

from typing import Any

import numpy as np
import pandas as pd

from standin.pipelines.sample_quality.samples import sample_table
from standin.verdict.warnings import warn_of_labels, warn_of_missing_classes

Arrays = dict[str, np.ndarray]
Results = list[dict[str, Any]]
SNAPSHOT = "epoch_"


def collect_results(
    captions: dict[str, str],
    history: pd.DataFrame,
    snapshots: Arrays,
    train: Arrays,
    labeled_synthetic: Arrays,
    predictions: Arrays,
    reference_predictions: Arrays,
    *metrics: Results,
) -> tuple[dict[str, Any], pd.DataFrame]:
    """
    Args:
        predictions, reference_predictions: of `predict_samples` and `predict_reference_images`.
        metrics: of several nodes.

    Returns:
        `metrics` (`standin.metrics.MetricResult` as mappings), `captions` (name of a figure -> caption),
        `diagnostics` (problems of the training, in sentences) and `warnings` (`standin.verdict.warnings.Warned` as
        mappings); and the table of images (`standin.pipelines.sample_quality.samples`).
    """
    results = {
        "metrics": [result for results in metrics for result in results],
        "captions": captions,
        "diagnostics": _diagnostics(history, snapshots, train),
        "warnings": _warnings(labeled_synthetic, predictions, reference_predictions),
    }
    return results, sample_table(labeled_synthetic, train, predictions)


def _warnings(labeled: Arrays, predictions: Arrays, reference_predictions: Arrays) -> list[dict[str, Any]]:
    names = labeled["class_names"].tolist()
    warned = warn_of_missing_classes(labeled["labels"], names)
    if str(labeled["label_source"]) == "given":
        predicted, real = predictions["labeled"].argmax(axis=1), reference_predictions["validation"].argmax(axis=1)
        warned += warn_of_labels(
            predicted, predictions["labels"], real, reference_predictions["validation_labels"], names
        )
    return [found._asdict() for found in warned]


def _diagnostics(history: pd.DataFrame, snapshots: Arrays, train: Arrays) -> list[str]:
    from standin.training.diagnostics import diagnose, snapshot_stats

    if not len(history):
        return []
    images = {int(name.removeprefix(SNAPSHOT)): snapshots[name] for name in snapshots if name.startswith(SNAPSHOT)}
    columns = {str(name): column.tolist() for name, column in history.items()}
    stats = snapshot_stats(images, train["images"])
    return [diagnosis.message for diagnosis in diagnose(columns, stats, columns["epoch"][-1])]
