"""The stride of a classifier's first layer, so that large images do not take too long."""

from collections.abc import Sequence
from math import ceil

LARGEST_GRID = 40
"""Networks of larger images begin with a stride, so that they compute on grids of at most this side."""


def stride_of(image_shape: Sequence[int], given: int | None) -> int:
    """`given`, or the smallest one with which the smaller side of images (height, width, channels) has at most
    `LARGEST_GRID` places."""
    return ceil(min(image_shape[:2]) / LARGEST_GRID) if given is None else given
