"""Frechet distance between Gaussians fitted to two sets of images (Dowson and Landau 1982; Heusel et al. 2017).

It depends on means and covariances only: a crude Gaussian generator, or even one that misses a class, may score well.
"""

import numpy as np

from standin.core.errors import TooFewImages, Unreliable
from standin.metrics.registry import metric

MIN_PER_FEATURE = 10
"""Images for each feature: with fewer, the distance consists mostly of the error of the covariances."""


@metric(
    "fd",
    label="Fréchet distance",
    group="fidelity",
    better="lower",
    symmetric=True,
    reference="Dowson and Landau 1982; Heusel et al. 2017, GANs Trained by a Two Time-Scale Update Rule",
    explanation="Frechet distance between Gaussians fitted to generated and to real images: 0 where means and "
    "covariances agree, whatever else differs",
)
def frechet_distance(generated: np.ndarray, real: np.ndarray, min_per_feature: int = MIN_PER_FEATURE) -> float:
    """|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)), in squared units of the features; 0 where both agree.

    It depends on the number of images: compare values of equal numbers only. Features are (n, d) and (m, d).

    Raises:
        TooFewImages: fewer than two images in either set.
        Unreliable: fewer than `min_per_feature` images for each feature in either set.
    """
    from scipy.linalg import eigvals

    if min(len(generated), len(real)) < 2:
        raise TooFewImages(f"at least two images of each kind are needed, got {len(generated)} and {len(real)}")
    n, d = min(len(generated), len(real)), generated.shape[1]
    if n < min_per_feature * d:
        raise Unreliable(f"not computed: {d} features need {min_per_feature * d:,} images, got {n:,}")
    first, second = (np.atleast_2d(np.cov(part, rowvar=False, dtype=float)) for part in (generated, real))
    shift = generated.mean(axis=0, dtype=float) - real.mean(axis=0, dtype=float)
    # The trace of the root is the sum of the roots of the eigenvalues, which only rounding makes complex or negative.
    root = np.sqrt(np.maximum(eigvals(first @ second).real, 0)).sum()
    return float(max(shift @ shift + np.trace(first) + np.trace(second) - 2 * root, 0.0))
