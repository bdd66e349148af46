"""Distances between the images of one set."""

import numpy as np


def mean_distance(features: np.ndarray) -> float:
    """The mean Euclidean distance between two of several images, (n, d) features, n at least 2."""
    from scipy.spatial.distance import pdist

    return float(pdist(features).mean())
