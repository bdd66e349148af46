"""Nearest neighbors in feature space."""

from typing import NamedTuple

import numpy as np


class Neighbors(NamedTuple):
    """Of the nearest image for each of n images: its index (n,) and Euclidean distance (n,)."""

    indices: np.ndarray
    distance: np.ndarray


def nearest(features: np.ndarray, among: np.ndarray) -> Neighbors:
    """The nearest of `among` (m, d) for each image of `features` (n, d)."""
    return _search(among, features, neighbors=1)


def nearest_others(features: np.ndarray) -> Neighbors:
    """The nearest other image for each image of `features` (n, d), n at least 2."""
    return _search(features, None, neighbors=2)


def _search(among: np.ndarray, features: np.ndarray | None, neighbors: int) -> Neighbors:
    from sklearn.neighbors import NearestNeighbors

    fitted = NearestNeighbors(n_neighbors=neighbors, algorithm="brute").fit(among)
    distance, index = fitted.kneighbors(features, n_neighbors=1)
    return Neighbors(index[:, 0], distance[:, 0])
