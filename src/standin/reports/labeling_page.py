"""A page on which a person labels generated images, one by one by keyboard or in grids."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from standin.core.images import png
from standin.data.manual_labels import sample_ids
from standin.reports.templating import TEMPLATES

KEYS = "1234567890abcdefghijklmnopqrstuvwxyz"


def labeling_page(
    experiment: str, images: np.ndarray, class_names: Sequence[str], predicted: np.ndarray | None = None
) -> str:
    """The page, as HTML. It keeps labels in the browser, and saves them as the table that `kedro label import` reads.

    Args:
        images: (n, height, width, channels) uint8, or float32 in [-1, 1].
        predicted: (n,) classes by the pseudo-labeler, for grids of images of one class; None: without grids.
    """
    data: dict[str, Any] = {
        "experiment": experiment,
        "classes": list(class_names),
        "keys": keys_of(class_names),
        "ids": sample_ids(images),
        "predicted": None if predicted is None else [int(label) for label in predicted],
    }
    return TEMPLATES.get_template("labeling.html").render(
        experiment=experiment, data=data, images=[png(image) for image in images]
    )


def keys_of(class_names: Sequence[str]) -> list[str]:
    """A key for each class: its name if all names are one character, else its initial if all differ, else 1, 2, ...;
    empty for classes beyond the keys."""
    for keys in ([name.lower() for name in class_names], [name[:1].lower() for name in class_names]):
        if all(len(key) == 1 and key.isalnum() for key in keys) and len({*keys}) == len(class_names):
            return keys
    return [*KEYS[: len(class_names)], *[""] * (len(class_names) - len(KEYS))]
