"""Random deformations of images of strokes that preserve the written symbol.

Each image is rotated by up to `TURN` radians, sheared, stretched along each axis, shifted, thickened or thinned, and
its strokes are made white. They suit strokes brighter than their background, but not photographs.
"""

from typing import Any

import keras
from keras import ops

TURN, SHEAR, STRETCH, SHIFT = 0.3, 0.3, 0.2, 0.07
"""Largest turn (radians) and shear, logarithm of the largest stretch, and largest shift as a fraction of the side."""


def white_strokes(images: Any) -> Any:
    """White strokes, for (n, height, width, channels) in [-1, 1]: every channel has the brightness of the brightest
    one, and the brightest pixel of an image is 1."""
    bright = (ops.max(images, axis=-1, keepdims=True) + 1) / 2
    scaled = bright / (ops.max(bright, axis=(1, 2, 3), keepdims=True) + 1e-3)
    return ops.repeat(2 * scaled - 1, images.shape[-1], axis=-1)


def deformed(images: Any, random: keras.random.SeedGenerator) -> Any:
    """Randomly deformed images (n, height, width, channels) in [-1, 1]."""
    return _warped(_thickened(images, random), random)


def _thickened(images: Any, random: keras.random.SeedGenerator) -> Any:
    """A mixture of the image with its dilation by 3x3 pixels, or with its erosion by 2x2."""
    weight = keras.random.uniform((ops.shape(images)[0], 1, 1, 1), -1.0, 1.0, seed=random)
    thick, thin = ops.max_pool(images, 3, 1, "same"), -ops.max_pool(-images, 2, 1, "same")
    return ops.where(weight > 0, weight * thick + (1 - weight) * images, -weight * thin + (1 + weight) * images)


def _warped(images: Any, random: keras.random.SeedGenerator) -> Any:
    height, width = images.shape[1:3]

    def draw(most: float) -> Any:
        return keras.random.uniform((ops.shape(images)[0],), -most, most, seed=random)

    turn, across, down = draw(TURN), ops.exp(draw(STRETCH)), ops.exp(draw(STRETCH))
    # The matrix [[a, b], [c, d]] maps an output pixel to its input pixel, about the center.
    a, b = across * ops.cos(turn), draw(SHEAR) - across * ops.sin(turn)
    c, d = down * ops.sin(turn), down * ops.cos(turn)
    x, y = (width - 1) / 2, (height - 1) / 2
    right, below = x - a * x - b * y + draw(SHIFT * width), y - c * x - d * y + draw(SHIFT * height)
    zero = ops.zeros_like(a)
    transform = ops.stack([a, b, right, c, d, below, zero, zero], axis=1)
    return ops.image.affine_transform(images, transform, fill_mode="constant", fill_value=-1.0)
