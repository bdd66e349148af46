"""Images of strokes, deformed so that what is written stays: which copies a recognition network should call the same.

Each image is turned by up to `TURN` radians, sheared, stretched along each axis, moved, made thicker or thinner, and
its strokes made white. Generated for strokes brighter than their ground; a photograph would need other changes.
"""

from typing import Any

import keras
from keras import ops

TURN, SHEAR, STRETCH, SHIFT = 0.3, 0.3, 0.2, 0.07
"""Largest turn (radians) and shear, logarithm of the largest stretch, and largest shift as a share of the side."""


def white_strokes(images: Any) -> Any:
    """Strokes in white: every channel as bright as the brightest, the brightest pixel of an image at 1.

    Args:
        images: (n, height, width, channels) in [-1, 1].
    """
    bright = (ops.max(images, axis=-1, keepdims=True) + 1) / 2
    scaled = bright / (ops.max(bright, axis=(1, 2, 3), keepdims=True) + 1e-3)
    return ops.repeat(2 * scaled - 1, images.shape[-1], axis=-1)


def deformed(images: Any, random: keras.random.SeedGenerator) -> Any:
    """Each image with changes of its own.

    Args:
        images: (n, height, width, channels) in [-1, 1].
        random: of all draws.
    """
    return _warped(_thickened(images, random), random)


def _thickened(images: Any, random: keras.random.SeedGenerator) -> Any:
    """A mixture of the image with its dilation by 3x3 pixels, or with its erosion by 2x2."""
    share = keras.random.uniform((ops.shape(images)[0], 1, 1, 1), -1.0, 1.0, seed=random)
    thick, thin = ops.max_pool(images, 3, 1, "same"), -ops.max_pool(-images, 2, 1, "same")
    return ops.where(share > 0, share * thick + (1 - share) * images, -share * thin + (1 + share) * images)


def _warped(images: Any, random: keras.random.SeedGenerator) -> Any:
    height, width = images.shape[1:3]

    def draw(most: float) -> Any:
        return keras.random.uniform((ops.shape(images)[0],), -most, most, seed=random)

    turn, across, down = draw(TURN), ops.exp(draw(STRETCH)), ops.exp(draw(STRETCH))
    # The matrix [[a, b], [c, d]] takes an output pixel to the input pixel that it shows, about the middle.
    a, b = across * ops.cos(turn), draw(SHEAR) - across * ops.sin(turn)
    c, d = down * ops.sin(turn), down * ops.cos(turn)
    x, y = (width - 1) / 2, (height - 1) / 2
    right, below = x - a * x - b * y + draw(SHIFT * width), y - c * x - d * y + draw(SHIFT * height)
    none = ops.zeros_like(a)
    transform = ops.stack([a, b, right, c, d, below, none, none], axis=1)
    return ops.image.affine_transform(images, transform, fill_mode="constant", fill_value=-1.0)
