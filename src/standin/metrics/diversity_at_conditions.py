"""How much generated images of nearly the same conditions differ from one another, relative to real ones."""

import numpy as np

from standin.core.errors import TooFewImages
from standin.metrics.distances import mean_distance
from standin.metrics.registry import metric


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
    """The mean distance between generated images of nearly the same conditions in units of that between real ones: 0
    where a model makes the same image whenever its conditions are the same, whatever its latents.

    Around the conditions of each real image, the `neighbors` images of either kind whose conditions lie nearest to them
    (in units of each condition's standard deviation) are compared with one another.

    Args:
        generated, real: (n, d), (m, d) features.
        generated_conditions, real_conditions: (n, conditions), (m, conditions).
        neighbors: at least 2. The more, the wider the conditions that count as nearly the same.

    Raises:
        TooFewImages: if there are fewer images of either kind than `neighbors`.
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
    return distances[0] / max(distances[1], 1e-12)
