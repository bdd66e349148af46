"""Classical augmentation: random changes of an image that preserve its class."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal

import numpy as np

from standin.core.instantiate import arguments_of, resolve_target

AUGMENT = "standin.training.augmentation.augment"
Flip = Literal["horizontal", "vertical"]
Augmentation = Callable[[np.ndarray, np.random.Generator], np.ndarray]
"""(images (n, height, width, channels) as stored, random generator) -> changed images."""


def augment(
    images: np.ndarray, rng: np.random.Generator, *, max_shift: int = 0, flips: Sequence[Flip] = ()
) -> np.ndarray:
    """Randomly shifts and mirrors each image.

    Args:
        images: (n, height, width, channels).
        max_shift: largest shift in whole pixels along each axis; uncovered pixels repeat the border.
        flips: any of `horizontal` (exchanges left and right) and `vertical`, each applied with probability 1/2.
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
            images = np.where(rng.random((n, 1, 1, 1)) < 0.5, np.flip(images, axis), images)
    return images


def resolve_augmentation(config: Mapping[str, Any] | None) -> Augmentation | None:
    """The configured function: arguments of `augment`, or `_target_`, a function (images, rng, **arguments), and its
    arguments."""
    if config is None:
        return None
    target, arguments = arguments_of({"_target_": AUGMENT, **config})
    return partial(resolve_target(target), **arguments)
