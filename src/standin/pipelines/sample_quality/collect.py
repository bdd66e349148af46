"""The node that collects the results of one generative model."""

from typing import Any

import numpy as np
import pandas as pd

Arrays = dict[str, np.ndarray]
Results = list[dict[str, Any]]
SNAPSHOT = "epoch_"


def collect_results(
    captions: dict[str, str],
    history: pd.DataFrame,
    snapshots: Arrays,
    train: Arrays,
    *metrics: Results,
) -> dict[str, Any]:
    """
    Args:
        metrics: of several nodes.

    Returns:
        `metrics` (`standin.metrics.MetricResult` as mappings), `captions` (name of a figure -> caption) and
        `diagnostics` (problems of the training, in sentences).
    """
    return {
        "metrics": [result for results in metrics for result in results],
        "captions": captions,
        "diagnostics": _diagnostics(history, snapshots, train),
    }


def _diagnostics(history: pd.DataFrame, snapshots: Arrays, train: Arrays) -> list[str]:
    from standin.training.diagnostics import diagnose, snapshot_stats

    if not len(history):
        return []
    images = {int(name.removeprefix(SNAPSHOT)): snapshots[name] for name in snapshots if name.startswith(SNAPSHOT)}
    columns = {str(name): column.tolist() for name, column in history.items()}
    stats = snapshot_stats(images, train["images"])
    return [diagnosis.message for diagnosis in diagnose(columns, stats, columns["epoch"][-1])]
