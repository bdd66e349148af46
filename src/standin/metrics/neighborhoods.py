"""Precision and recall (Kynkaanniemi et al. 2019), density and coverage (Naeem et al. 2020).

The neighborhood of an image is the ball that reaches to its k-th nearest neighbor in the same set of images.
"""

from typing import NamedTuple

import numpy as np

from standin.core.errors import TooFewImages
from standin.metrics.registry import metric

EDGE = 1e-7
"""Tolerance of distances, relative to the largest norm of an image's features."""

KYNKAANNIEMI = "Kynkaanniemi et al. 2019, Improved Precision and Recall Metric"
NAEEM = "Naeem et al. 2020, Reliable Fidelity and Diversity Metrics"


class Neighborhoods(NamedTuple):
    """How two sets of images overlap.

    Attributes:
        precision: proportion of generated images inside the ball of a real image.
        recall: proportion of real images inside the ball of a generated image.
        density: mean number of real balls around a generated image, divided by k; above 1 where generated images
            crowd in the middle of the real ones.
        coverage: proportion of real images whose ball has a generated image.
    """

    precision: float
    recall: float
    density: float
    coverage: float


@metric(
    "coverage",
    field="coverage",
    group="fidelity",
    better="higher",
    reference=NAEEM,
    explanation="proportion of real images that have a generated one among their neighbors: low where kinds of images "
    "are missing",
)
@metric(
    "density",
    field="density",
    group="fidelity",
    better=1.0,
    reference=NAEEM,
    explanation="number of real images that reach a generated one with the ball to their fifth neighbor, in fifths; "
    "above 1 where generated images crowd among the commonest real ones",
)
@metric(
    "recall",
    field="recall",
    group="fidelity",
    better="higher",
    reference=KYNKAANNIEMI,
    explanation="proportion of real images that lie among generated ones, by the balls of these: low where only part "
    "of the variety is generated",
)
@metric(
    "precision",
    field="precision",
    group="fidelity",
    better="higher",
    reference=KYNKAANNIEMI,
    explanation="proportion of generated images that lie among real ones: inside the ball that reaches from some real "
    "image to its fifth neighbor",
)
def neighborhoods(generated: np.ndarray, real: np.ndarray, k: int = 5) -> Neighborhoods:
    """Precision, recall, density and coverage of features (n, d) and (m, d), by balls to the k-th nearest neighbor. An
    image on the edge of a ball is inside it.

    Raises:
        TooFewImages: at most k images in either set.
    """
    from sklearn.metrics import pairwise_distances_chunked

    if min(len(generated), len(real)) <= k:
        raise TooFewImages(f"more than {k} images of each kind are needed, got {len(generated)} and {len(real)}")
    # Rounding must not move an image on the edge of a ball outside.
    norms = (np.square(part, dtype=np.float64).sum(axis=1).max() for part in (generated, real))
    rounding = EDGE * np.sqrt(max(norms))
    real_radii, generated_radii = _radii(real, k) + rounding, _radii(generated, k) + rounding
    balls = np.zeros(len(generated))  # around each generated image
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


def _radii(features: np.ndarray, k: int) -> np.ndarray:
    """(n,) distance of each image to its k-th nearest other one."""
    from sklearn.neighbors import NearestNeighbors

    return NearestNeighbors(n_neighbors=k, algorithm="brute").fit(features).kneighbors()[0][:, -1]
