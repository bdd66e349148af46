"""Perturbed images, to ask how robust a classifier is (after Hendrycks and Dietterich 2019). Severities are fixed.

Every function takes and returns float images (n, height, width, channels) in [-1, 1].
"""

from collections.abc import Callable

import numpy as np

SHIFT = 2
"""Pixels."""
NOISE = 0.2
"""Standard deviation, on [-1, 1]."""
BLUR = 1.0
"""Standard deviation of the Gaussian kernel, pixels."""
CONTRAST = 0.5
"""Remaining fraction of the contrast."""


def shifted(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each image shifted up, down, left or right, at random; uncovered pixels repeat the border."""
    height, width = images.shape[1:3]
    padded = np.pad(images, ((0, 0), (SHIFT, SHIFT), (SHIFT, SHIFT), (0, 0)), mode="edge")
    starts = SHIFT + SHIFT * np.array([(0, 1), (0, -1), (1, 0), (-1, 0)])
    windows = (padded[:, down : down + height, right : right + width] for down, right in starts)
    return np.choose(rng.integers(0, len(starts), len(images))[:, None, None, None], list(windows))


def noisy(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Gaussian noise added to each value, clipped to [-1, 1]."""
    return (images + rng.normal(0, NOISE, images.shape).astype(images.dtype)).clip(-1, 1)


def blurred(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Smoothed by a Gaussian kernel; beyond the border, the border is repeated."""
    from scipy.ndimage import gaussian_filter

    return np.asarray(gaussian_filter(images, (0, BLUR, BLUR, 0), mode="nearest"))


def low_contrast(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Values closer to the mean of their image and channel."""
    means = images.mean(axis=(1, 2), keepdims=True)
    return means + images.dtype.type(CONTRAST) * (images - means)


PERTURBATIONS: dict[str, Callable[[np.ndarray, np.random.Generator], np.ndarray]] = {
    "none": lambda images, rng: images,
    f"shifted by {SHIFT} pixels": shifted,
    f"noise of {NOISE:g}": noisy,
    f"blur of {BLUR:g} pixel": blurred,
    f"contrast of {CONTRAST:.0%}": low_contrast,
}
"""Name -> function of images and random numbers."""
