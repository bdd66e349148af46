"""How much generated images differ: at all, within a class, or at nearly the same conditions."""

import numpy as np

from standin.core.errors import TooFewImages
from standin.metrics.registry import metric

MAX_PER_CLASS = 1000
"""Images of a class that are compared with one another."""


@metric(
    "distinct_features",
    group="features",
    better="higher",
    reference="number of different feature vectors, as a proportion of the images",
    explanation="proportion of different feature vectors among generated images: low where one image is generated "
    "again and again, and where it is low for real images too, the extractor has dead units and its distances cannot "
    "be trusted",
)
def distinct_features(generated: np.ndarray) -> float:
    """The number of different feature vectors, (n, d), as a proportion of n."""
    return len(np.unique(generated, axis=0)) / len(generated)


@metric(
    "diversity",
    group="fidelity",
    better=1.0,
    reference="mean pairwise distance within each class, as a ratio to that of real images",
    explanation="mean distance between two generated images of a class, in units of that between two real ones: 0 "
    "where all are alike (mode collapse), above 1 also where labels are wrong",
)
def diversity(generated: np.ndarray, generated_labels: np.ndarray, real: np.ndarray, real_labels: np.ndarray) -> float:
    """Mean distance between two generated images of a class in units of that between two real ones, averaged over the
    classes with at least two images of both. Features are (n, d) and (m, d).

    Raises:
        TooFewImages: no class has two generated and two real images.
    """
    ratios = []
    for label in np.unique(real_labels):
        pair = generated[generated_labels == label], real[real_labels == label]
        if min(map(len, pair)) >= 2:
            ratios.append(_ratio(*(mean_distance(features[:MAX_PER_CLASS]) for features in pair)))
    if not ratios:
        raise TooFewImages("no class has two generated and two real images")
    return float(np.mean(ratios))


@metric(
    "diversity_at_conditions",
    group="fidelity",
    better=1.0,
    reference="mean pairwise distance at nearly equal conditions, as a ratio to that of real images",
    explanation="mean distance between generated images of nearly the same conditions, in units of that between real "
    "ones: 0 where the conditions decide the whole image, above 1 also where images do not show them",
)
def diversity_at_conditions(
    generated: np.ndarray,
    generated_conditions: np.ndarray,
    real: np.ndarray,
    real_conditions: np.ndarray,
    neighbors: int = 5,
) -> float:
    """Mean distance between generated images of nearly the same conditions in units of that between real ones: 0 where
    a model ignores its latents.

    For the conditions of each real image, the `neighbors` images (at least 2) with the nearest conditions, in units of
    each condition's standard deviation, are compared with one another.

    Args:
        generated, real: (n, d), (m, d) features.
        generated_conditions, real_conditions: (n, conditions), (m, conditions).

    Raises:
        TooFewImages: fewer generated or real images than `neighbors`.
    """
    from sklearn.neighbors import NearestNeighbors

    if min(len(generated), len(real)) < neighbors:
        raise TooFewImages(f"at least {neighbors} images of each kind are needed, got {len(generated)} and {len(real)}")
    deviation = np.maximum(real_conditions.std(axis=0), 1e-12)
    distances = []
    for features, conditions in ((generated, generated_conditions), (real, real_conditions)):
        search = NearestNeighbors(n_neighbors=neighbors).fit(conditions / deviation)
        groups = search.kneighbors(real_conditions / deviation, return_distance=False)
        distances.append(float(np.mean([mean_distance(features[group]) for group in groups])))
    return _ratio(*distances)


def mean_distance(features: np.ndarray) -> float:
    """Mean Euclidean distance between two of n images, (n, d) features, n at least 2."""
    from scipy.spatial.distance import pdist

    return float(pdist(features).mean())


def _ratio(generated: float, real: float) -> float:
    return generated / max(real, 1e-12)
