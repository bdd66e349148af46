"""Classical augmentation: random changes of an image that preserve its class."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal

import numpy as np

from standin.core.instantiate import argument_names, arguments_of, resolve_target

AUGMENT = "standin.training.augmentation.augment"
Flip = Literal["horizontal", "vertical"]
AXES: dict[Flip, int] = {"horizontal": 2, "vertical": 1}
Augmentation = Callable[[np.ndarray, np.random.Generator, np.ndarray], np.ndarray]
"""(images (n, height, width, channels) as stored, random generator, earlier uses (n,) of each) -> changed images."""


def augment(
    images: np.ndarray,
    rng: np.random.Generator,
    uses: np.ndarray | None = None,
    *,
    max_shift: int = 0,
    flips: Sequence[Flip] = (),
    alternating: bool = True,
) -> np.ndarray:
    """Randomly shifts and mirrors each image.

    Args:
        images: (n, height, width, channels).
        uses: (n,) how often each image was used before, from a random start; None: unknown.
        max_shift: largest shift in whole pixels along each axis; uncovered pixels repeat the border.
        flips: any of `horizontal` (exchanges left and right) and `vertical`, each applied with probability 1/2.
        alternating: show each image in all of its orientations in turn, from a random one, instead of drawing one for
            each use (alternating flips, Jordan 2024, arXiv 2404.00498).
    """
    n, height, width, _ = images.shape
    orientations = uses if alternating and uses is not None else rng.integers(0, 4, n)
    if max_shift:
        padded = np.pad(images, ((0, 0), (max_shift, max_shift), (max_shift, max_shift), (0, 0)), mode="edge")
        down, right = rng.integers(0, 2 * max_shift + 1, (2, n))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width), axis=(1, 2))
        images = np.ascontiguousarray(windows[np.arange(n), down, right].transpose(0, 2, 3, 1))
    elif flips:
        images = images.copy()
    for bit, name in enumerate(flips):
        flipped = np.flatnonzero(orientations >> bit & 1)
        images[flipped] = np.flip(images[flipped], AXES[name])
    return images


def resolve_augmentation(config: Mapping[str, Any] | None) -> Augmentation | None:
    """The configured function: arguments of `augment`, or `_target_`, a function (images, rng, **arguments), and its
    arguments; it may also take `uses`."""
    if config is None:
        return None
    target, arguments = arguments_of({"_target_": AUGMENT, **config})
    function = partial(resolve_target(target), **arguments)
    if "uses" in argument_names(target):
        return lambda images, rng, uses: function(images, rng, uses=uses)
    return lambda images, rng, uses: function(images, rng)
