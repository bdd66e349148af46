"""Attributes of a stroke: its color, slant and width."""

import numpy as np

INK = 0.35
"""Proportion of an image's brightest value above which a pixel belongs to the stroke."""


def color(images: np.ndarray) -> np.ndarray:
    """(n, channels) mean color of each image, channels scaled to sum to 1.

    Images here are (n, height, width, channels) uint8, bright strokes on black.
    """
    light = images.astype(np.float64).sum(axis=(1, 2)) + 1e-9
    return light / light.sum(axis=1, keepdims=True)


def slant(images: np.ndarray) -> np.ndarray:
    """(n,) pixels to the right for each pixel upwards along the stroke, by second moments; 0 is upright."""
    ink = images.astype(np.float64).max(axis=3)
    height, width = ink.shape[1:]
    total = ink.sum(axis=(1, 2)) + 1e-9
    up, right = np.arange(height)[::-1, None], np.arange(width)[None, :]
    center_up, center_right = ((ink * axis).sum(axis=(1, 2)) / total for axis in (up, right))
    along_up, along_right = up[None] - center_up[:, None, None], right[None] - center_right[:, None, None]
    shear = (ink * along_up * along_right).sum(axis=(1, 2))
    return shear / ((ink * along_up**2).sum(axis=(1, 2)) + 1e-9)


def stroke_width(images: np.ndarray) -> np.ndarray:
    """(n,) pixels: twice the mean distance from the stroke's middle line to the nearest pixel outside, less one; 0
    without a stroke."""
    from scipy.ndimage import distance_transform_edt, maximum_filter

    ink = images.max(axis=3)
    widths = np.zeros(len(ink))
    for number, image in enumerate(ink):
        distance = distance_transform_edt(np.pad(image > INK * max(image.max(), 1), 1))
        middle = (distance > 0) & (distance == maximum_filter(distance, 3))
        if middle.any():
            widths[number] = 2 * distance[middle].mean() - 1
    return widths
