"""MNIST with colored strokes: each digit in one random color on black, 28x28 RGB.

The first study multiplied images in [-1, 1] by a color, which also colors the background; here only the stroke is
colored. Hues are uniform around the circle; saturation and brightness are high, so that every stroke is visible.
"""

import os

import numpy as np

from standin.data import mnist
from standin.data.source import Source

SATURATION, BRIGHTNESS = (0.5, 1.0), (0.7, 1.0)
COLOR_NAMES = ("red", "yellow", "green", "cyan", "blue", "magenta")
"""Attributes: one for each sixth of the circle of hues, around a pure color."""


def load(path: str | os.PathLike[str], seed: int = 0) -> Source:
    """MNIST from the file at `path` (downloaded if it is missing), colored by draws from `seed`.

    Raises:
        InputError: see `standin.data.keras_datasets.load_archive`.
    """
    plain = mnist.load(path)
    rng = np.random.default_rng(seed)
    splits = {}
    for name, arrays in plain.splits.items():
        colors = draw_colors(len(arrays["images"]), rng)
        splits[name] = arrays | {"images": colored(arrays["images"], colors), "attributes": names_of(colors)}
    return Source(splits, plain.class_names, attribute_names=COLOR_NAMES)


def draw_colors(n: int, rng: np.random.Generator) -> np.ndarray:
    """(n, 3) RGB in [0, 1]."""
    from matplotlib.colors import hsv_to_rgb

    hue, saturation, brightness = (rng.uniform(low, high, n) for low, high in ((0.0, 1.0), SATURATION, BRIGHTNESS))
    return hsv_to_rgb(np.stack([hue, saturation, brightness], axis=1))


def names_of(colors: np.ndarray) -> np.ndarray:
    """(n,) int64 index in `COLOR_NAMES` of the hue nearest to each color (n, 3), RGB in [0, 1]."""
    from matplotlib.colors import rgb_to_hsv

    sixths = len(COLOR_NAMES) * rgb_to_hsv(colors)[:, 0]
    return np.rint(sixths).astype(np.int64) % len(COLOR_NAMES)


def colored(images: np.ndarray, colors: np.ndarray) -> np.ndarray:
    """Gray images (n, height, width, 1) uint8 with one color each (n, 3) in [0, 1] -> (n, height, width, 3) uint8."""
    scale = colors.astype(np.float32)[:, None, None, :]
    return np.rint(images.astype(np.float32) * scale).astype(np.uint8)
