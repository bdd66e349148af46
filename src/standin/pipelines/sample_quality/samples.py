"""The table of generated images, one row per image, for people to browse and load."""

import numpy as np
import pandas as pd

from standin.core.images import png, to_float

Arrays = dict[str, np.ndarray]

MOST = 1000
"""Images in the table: the first ones. The nearest training image of each is looked for among all."""
CHUNK = 4096
"""Training images that are compared at once."""
LEVELS = 127.5
"""Levels of 8 bits for each unit of pixels in [-1, 1]."""


def sample_table(labeled: Arrays, train: Arrays, predictions: Arrays) -> pd.DataFrame:
    """One row for each of the first generated images.

    Args:
        labeled: labeled generated images.
        predictions: `labeled`, the oracle's probabilities (n, classes) of the first of them.

    Returns:
        `image`, `nearest_image` (PNG files: the generated image, and the training image with the least distance in
        pixels), `label`, `oracle`, `nearest_label` (class names), `confidence` (of the oracle), `manual` (whether a
        person labeled it), `agrees` (the oracle with the label), `nearest_image_id`, `distance` (root mean square
        difference from the nearest training image, levels of 255), `copy` (whether that is 0).
    """
    n = min(MOST, len(predictions["labeled"]))
    images, labels, names = labeled["images"][:n], labeled["labels"][:n], labeled["class_names"]
    oracle = predictions["labeled"][:n].argmax(axis=1)
    nearest, distance = nearest_in_pixels(images, train["images"])
    return pd.DataFrame(
        {
            "image": [png(image) for image in images],
            "label": names[labels],
            "manual": labeled["is_manual"][:n],
            "oracle": names[oracle],
            "confidence": predictions["labeled"][:n].max(axis=1),
            "agrees": oracle == labels,
            "nearest_image_id": train["image_ids"][nearest],
            "nearest_image": [png(train["images"][place]) for place in nearest],
            "nearest_label": names[train["labels"][nearest]],
            "distance": distance,
            "copy": distance == 0,
        }
    )


def nearest_in_pixels(images: np.ndarray, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each image (n, height, width, channels) the place (n,) of the nearest of `among`, and the root mean square
    difference of their pixels (n,), levels of 255. In chunks, so that memory does not grow with `among`."""
    flat = to_float(images).reshape(len(images), -1)
    best, places = np.full(len(flat), np.inf, np.float32), np.zeros(len(flat), int)
    for start in range(0, len(among), CHUNK):
        others = to_float(among[start : start + CHUNK]).reshape(-1, flat.shape[1])
        squared = np.einsum("ij,ij->i", others, others) - 2 * flat @ others.T  # without the norm of each image
        place = squared.argmin(axis=1)
        found = squared[np.arange(len(flat)), place]
        better = found < best
        best[better], places[better] = found[better], start + place[better]
    # Exactly: copies have no rounding errors.
    differences = flat - to_float(among[places]).reshape(len(flat), -1)
    return places, LEVELS * np.sqrt((differences.astype(np.float64) ** 2).mean(axis=1))
