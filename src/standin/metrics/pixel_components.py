"""Principal components of pixels: a feature space without a trained network, which keeps what classes do not need."""

from typing import NamedTuple

import numpy as np

from standin.core.images import to_float

DIMENSIONS = 64
"""Largest number of components."""
CHUNK = 4096
"""Images that are converted to float32 at once."""


class PixelComponents(NamedTuple):
    """A fitted projection.

    Attributes:
        mean: (pixels,) mean image, in [-1, 1].
        components: (d, pixels) orthonormal directions of largest variance.
    """

    mean: np.ndarray
    components: np.ndarray

    def project(self, images: np.ndarray) -> np.ndarray:
        """(n, d) float32 coordinates of stored images (n, height, width, channels)."""
        starts = range(0, len(images), CHUNK)
        return np.concatenate([(_flat(images[i : i + CHUNK]) - self.mean) @ self.components.T for i in starts])


def fit_pixel_components(images: np.ndarray, seed: int = 0) -> PixelComponents:
    """The leading principal components, at most `DIMENSIONS`, of stored images (n, height, width, channels)."""
    from sklearn.decomposition import PCA

    flat = _flat(images)
    fitted = PCA(min(DIMENSIONS, *flat.shape), svd_solver="randomized", random_state=seed).fit(flat)
    return PixelComponents(fitted.mean_.astype(np.float32), fitted.components_.astype(np.float32))


def _flat(images: np.ndarray) -> np.ndarray:
    return to_float(images).reshape(len(images), -1)
