"""Precision, recall, density and coverage: how generated and real rows lie in one another's neighborhoods.

The neighborhood of a row is the ball that reaches to its k-th nearest other row of its own kind. Precision and recall
after Kynkaanniemi et al. 2019, density and coverage after Naeem et al. 2020.
"""

from typing import NamedTuple

import numpy as np

from standin.core.errors import TooFewRows

EDGE = 1e-7
"""Of the largest norm of a row."""


class Neighborhoods(NamedTuple):
    """How two sets of rows lie in one another.

    Attributes:
        precision: share of generated rows inside any real row's ball.
        recall: share of real rows inside any generated row's ball.
        density: real balls around a generated row, the mean in units of k; above 1 where generated rows crowd in the
            middle of the real ones.
        coverage: share of real rows whose ball holds a generated row.
    """

    precision: float
    recall: float
    density: float
    coverage: float


def neighborhoods(generated: np.ndarray, real: np.ndarray, k: int = 5) -> Neighborhoods:
    """The four figures of generated rows beside real ones.

    A row on the edge of a ball is inside it.

    Args:
        generated: (n, features).
        real: (m, features).
        k: which nearest neighbor the balls reach to.

    Raises:
        TooFewRows: if either has not more than k rows.
    """
    from sklearn.metrics import pairwise_distances_chunked

    if min(len(generated), len(real)) <= k:
        raise TooFewRows(f"more than {k} rows of each kind are needed, got {len(generated)} and {len(real)}")
    # Distances of equal rows are 0 but for rounding, which must not put what is on the edge of a ball outside.
    rounding = EDGE * np.sqrt(max(np.square(rows, dtype=np.float64).sum(axis=1).max() for rows in (generated, real)))
    real_radii, generated_radii = _radii(real, k) + rounding, _radii(generated, k) + rounding
    balls = np.zeros(len(generated))  # around each generated row
    covered, recalled, done = 0, 0, 0
    for distance in pairwise_distances_chunked(real, generated):
        within = distance <= real_radii[done : done + len(distance), None]
        balls += within.sum(axis=0)
        covered += within.any(axis=1).sum()
        recalled += (distance <= generated_radii).any(axis=1).sum()
        done += len(distance)
    return Neighborhoods(
        precision=float((balls > 0).mean()),
        recall=float(recalled / len(real)),
        density=float(balls.mean() / k),
        coverage=float(covered / len(real)),
    )


def _radii(rows: np.ndarray, k: int) -> np.ndarray:
    """(n,) distance of each row to its k-th nearest other one."""
    from sklearn.neighbors import NearestNeighbors

    return NearestNeighbors(n_neighbors=k, algorithm="brute").fit(rows).kneighbors()[0][:, -1]
