"""KID: the squared maximum mean discrepancy under a cubic kernel (Binkowski et al. 2018)."""

import numpy as np

from standin.core.errors import TooFewImages
from standin.metrics.registry import metric

CHUNK = 1000
"""Images whose part of the kernel matrix is in memory at a time."""


@metric(
    "kid",
    label="KID",
    group="fidelity",
    better="lower",
    symmetric=True,
    reference="Binkowski et al. 2018, Demystifying MMD GANs",
    explanation="kernel inception distance, the squared maximum mean discrepancy: around 0 where generated and real "
    "images have one distribution",
)
def kid(generated: np.ndarray, real: np.ndarray) -> float:
    """The unbiased estimate of MMD^2 with the kernel (x.y / d + 1)^3, for features (n, d) and (m, d).

    It is around 0, below it by chance, where both sets come from one distribution, whatever their number. All pairs
    count; the paper draws subsets to save time.

    Raises:
        TooFewImages: fewer than two images in either set.
    """
    n, m = len(generated), len(real)
    if min(n, m) < 2:
        raise TooFewImages(f"at least two images of each kind are needed, got {n} and {m}")
    generated, real = generated.astype(float), real.astype(float)
    within = [(_sum(part, part) - _diagonal(part)) / (len(part) * (len(part) - 1)) for part in (generated, real)]
    return float(sum(within) - 2 * _sum(generated, real) / (n * m))


def _sum(features: np.ndarray, others: np.ndarray) -> float:
    """The sum of the kernel over all pairs. scikit-learn's kernel takes powers by logarithms: five times slower."""
    total = 0.0
    for start in range(0, len(features), CHUNK):
        linear = features[start : start + CHUNK] @ others.T
        linear /= features.shape[1]
        linear += 1
        total += float(np.vdot(linear * linear, linear))
    return total


def _diagonal(features: np.ndarray) -> float:
    return float((((features**2).sum(axis=1) / features.shape[1] + 1) ** 3).sum())
