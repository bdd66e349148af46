"""How different generated images of one kind are from one another, beside real ones: of one class, or of nearly the
same conditions."""

import numpy as np

from standin.core.errors import TooFewRows

MOST = 1000
"""Rows of a class that are compared with one another."""


def diversity(generated: np.ndarray, generated_labels: np.ndarray, real: np.ndarray, real_labels: np.ndarray) -> float:
    """The mean distance between two generated rows of a class in units of that between two real ones, the mean over
    classes: 0 where all are alike (mode collapse), 1 where they differ as real ones do.

    Wrongly labeled rows raise it. A class without two rows of either kind does not count.

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


def diversity_at_conditions(
    generated: np.ndarray,
    generated_conditions: np.ndarray,
    real: np.ndarray,
    real_conditions: np.ndarray,
    neighbors: int = 5,
) -> float:
    """The mean distance between generated rows of nearly the same conditions in units of that between real ones: 0
    where a model draws the same image whenever it is asked the same, whatever its latents.

    Around the conditions of each real row, the `neighbors` rows of either kind whose conditions lie nearest to them
    (in units of each condition's standard deviation) are compared with one another.

    Args:
        generated, real: (n, features), (m, features).
        generated_conditions, real_conditions: (n, conditions), (m, conditions).
        neighbors: at least 2. The more, the wider the conditions that count as nearly the same.

    Raises:
        TooFewRows: if there are fewer rows of either kind than `neighbors`.
    """
    if min(len(generated), len(real)) < neighbors:
        raise TooFewRows(f"{neighbors} rows of either kind are compared, got {len(generated)} and {len(real)}")
    from sklearn.neighbors import NearestNeighbors

    deviation = np.maximum(real_conditions.std(axis=0), 1e-12)
    distances = []
    for rows, conditions in ((generated, generated_conditions), (real, real_conditions)):
        search = NearestNeighbors(n_neighbors=neighbors).fit(conditions / deviation)
        groups = search.kneighbors(real_conditions / deviation, return_distance=False)
        distances.append(float(np.mean([_mean_distance(rows[group]) for group in groups])))
    return distances[0] / max(distances[1], 1e-12)


def _mean_distance(rows: np.ndarray) -> float:
    from scipy.spatial.distance import pdist

    return float(pdist(rows).mean())
