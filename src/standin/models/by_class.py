"""Training images class by class, for models that are fitted to each class in closed form."""

from collections.abc import Iterator

import numpy as np

from standin.core.errors import InputError
from standin.core.images import to_float

CHUNK = 16384
"""Images that are converted to float32 at once."""


def indices_by_class(labels: np.ndarray, n_classes: int, model: str) -> Iterator[tuple[int, np.ndarray]]:
    """Each class and the indices of its images.

    Args:
        model: its name in the error.

    Raises:
        InputError: a class has fewer than two images.
    """
    for c in range(n_classes):
        indices = np.flatnonzero(labels == c)
        if len(indices) < 2:
            raise InputError(f"{model} needs at least two training images of each class, class {c} has {len(indices)}")
        yield c, indices


def pixel_chunks(images: np.ndarray, indices: np.ndarray) -> Iterator[np.ndarray]:
    """(at most `CHUNK`, pixels) float32 chunks of the stored images with these indices, in [-1, 1]."""
    for start in range(0, len(indices), CHUNK):
        chunk = to_float(images[indices[start : start + CHUNK]])
        yield chunk.reshape(len(chunk), -1)
