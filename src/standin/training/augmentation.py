"""Classical augmentation: changes of an image that leave its class as it is."""

from collections.abc import Sequence

import numpy as np


def augment(
    images: np.ndarray, rng: np.random.Generator, *, max_shift: int = 0, flips: Sequence[str] = ()
) -> np.ndarray:
    """Each image shifted by up to `max_shift` whole pixels each way, and mirrored or not, at random.

    Args:
        images: (n, height, width, channels); what a shift uncovers repeats the border.
        rng: of all draws.
        max_shift: in pixels.
        flips: of `horizontal` (left and right exchanged) and `vertical`.
    """
    n, height, width, _ = images.shape
    if max_shift:
        padded = np.pad(images, ((0, 0), (max_shift, max_shift), (max_shift, max_shift), (0, 0)), mode="edge")
        down, right = rng.integers(0, 2 * max_shift + 1, (2, n))
        rows = down[:, None] + np.arange(height)
        columns = right[:, None] + np.arange(width)
        images = padded[np.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]]
    for name, axis in (("horizontal", 2), ("vertical", 1)):
        if name in flips:
            mirrored = rng.random((n, 1, 1, 1)) < 0.5
            images = np.where(mirrored, np.flip(images, axis), images)
    return images
