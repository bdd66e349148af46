"""How different generated images of one class are from one another, beside real ones."""

import numpy as np

from standin.errors import TooFewRows

MOST = 1000
"""Rows of a class that are compared with one another."""


def diversity(generated: np.ndarray, generated_labels: np.ndarray, real: np.ndarray, real_labels: np.ndarray) -> float:
    """The mean distance between two generated rows of a class in units of that between two real ones, the mean over
    classes: 0 where all are alike (mode collapse), 1 where they differ as real ones do.

    Wrongly labelled rows raise it. A class without two rows of either kind does not count.

    Args:
        generated, real: (n, features), (m, features).
        generated_labels, real_labels: (n,), (m,) integers.

    Raises:
        TooFewRows: if no class counts.
    """
    ratios = []
    for label in np.unique(real_labels):
        parts = [rows[labels == label][:MOST] for rows, labels in ((generated, generated_labels), (real, real_labels))]
        if min(map(len, parts)) >= 2:
            ratios.append(_mean_distance(parts[0]) / max(_mean_distance(parts[1]), 1e-12))
    if not ratios:
        raise TooFewRows("no class has two generated and two real rows")
    return float(np.mean(ratios))


def _mean_distance(rows: np.ndarray) -> float:
    from scipy.spatial.distance import pdist

    return float(pdist(rows).mean())
