"""Does a generative model repeat its training rows? Authenticity (Alaa et al. 2022) and C_T (Meehan et al. 2020).

Both compare distances in a feature space. A copy, or a copy with a little noise on it, lies closer to its training row
than real rows lie to one another; no accuracy and no Frechet distance notices.
"""

from typing import Any, NamedTuple

import numpy as np

from standin.core.errors import TooFewRows
from standin.core.remembering import remembering
from standin.metrics.proportion import Proportion, proportion_ci


class Neighbors(NamedTuple):
    """For each row the nearest row of another set: its number and its Euclidean distance."""

    rows: np.ndarray
    distance: np.ndarray


@remembering(most=8)
def nearest(rows: np.ndarray, among: np.ndarray, skip_itself: bool = False) -> Neighbors:
    """The nearest of `among` for each of `rows`.

    Args:
        rows: (n, features).
        among: (m, features).
        skip_itself: both are the same array, and a row is not its own neighbor.
    """
    from sklearn.neighbors import NearestNeighbors

    neighbors = NearestNeighbors(n_neighbors=2 if skip_itself else 1, algorithm="brute").fit(among)
    distance, index = neighbors.kneighbors(None if skip_itself else rows, n_neighbors=1)
    return Neighbors(index[:, 0], distance[:, 0])


def authenticity(generated: np.ndarray, training: np.ndarray) -> Proportion:
    """The share of generated rows that are not too close to a training row (Alaa et al. 2022, section 3).

    A row is authentic where it is farther from its nearest training row than that one is from the nearest other
    training row. Copies have 0; new real rows set the value to expect.

    Args:
        generated: (n, features).
        training: (m, features), m at least 2.
    """
    to_training = nearest(generated, training)
    among_training = nearest(training, training, skip_itself=True)
    return proportion_ci(to_training.distance > among_training.distance[to_training.rows])


def data_copying(
    generated: np.ndarray, held_out: np.ndarray, training: np.ndarray, cells: int = 10, seed: int = 0
) -> float:
    """C_T (Meehan et al. 2020, section 4): well below 0 where generated rows lie closer to training rows than held-out
    real rows do, above 0 where they lie farther (underfitting).

    Space is cut into cells by k-means on the training rows. In each, a Mann-Whitney test compares the distances to the
    nearest training row of generated and of held-out rows; C_T is the mean of their z-scores, weighted by the held-out
    rows in each cell. Cells with fewer than ten rows of either kind do not count.

    Args:
        generated: (n, features).
        held_out: (m, features) real rows that the model was not trained on.
        training: (k, features).
        cells: how many.
        seed: of k-means.

    Raises:
        TooFewRows: if no cell has enough rows.
    """
    from scipy import stats

    clusters = _cells(training, cells, seed)
    places = [clusters.predict(rows.astype(training.dtype, copy=False)) for rows in (generated, held_out)]
    distances = [nearest(rows, training).distance for rows in (generated, held_out)]
    scores, weights = [], []
    for cell in range(clusters.n_clusters):
        made, real = (distance[place == cell] for distance, place in zip(distances, places, strict=True))
        if min(len(made), len(real)) < 10:
            continue
        statistic = stats.mannwhitneyu(made, real, alternative="two-sided", method="asymptotic").statistic
        spread = np.sqrt(len(made) * len(real) * (len(made) + len(real) + 1) / 12)
        scores.append((statistic - len(made) * len(real) / 2) / spread)
        weights.append(len(real))
    if not scores:
        raise TooFewRows(f"no cell holds ten generated and ten held-out rows, got {len(generated)} and {len(held_out)}")
    return float(np.average(scores, weights=weights))


@remembering(most=2)
def _cells(training: np.ndarray, cells: int, seed: int) -> Any:
    """K-means on the training rows."""
    from sklearn.cluster import KMeans

    return KMeans(n_clusters=min(cells, len(training)), n_init=1, random_state=seed).fit(training)
