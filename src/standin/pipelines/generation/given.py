"""The node that reads images which were generated elsewhere, in the place of a trained model's samples."""

import logging
from typing import Any

import numpy as np
import pandas as pd

from standin.core.errors import InputError
from standin.core.instantiate import argument_names, arguments_of, resolve_target
from standin.core.leakage import as_bytes, image_hashes, mark_seen
from standin.core.types import Arrays
from standin.data.generated import like_real
from standin.data.images import read_images
from standin.data.source import Source

SHOWN = 100
"""Images in the figure of samples."""

log = logging.getLogger(__name__)


def load_generated_images(
    model: dict[str, Any], train: Arrays, validation: Arrays, test: Arrays, place: int
) -> tuple[Arrays, pd.DataFrame, Arrays]:
    """Reads a set of images in the form of the real ones. Every image is used once.

    Args:
        model: `images`, the sources of the sets; `made_from` and `labels_spent` (`standin.config.schema.ImageSet`).
        train, validation, test: real images.
        place: of the set among the sources.

    Returns:
        As of a sampled model: `images`, their `labels` if the source has any, and what is known of their origin:
        `made_from` (train, files or unknown), `labels_spent` (-1: unknown), `notes`, and, unless unknown, the images
        that their generator has seen; an empty history; and images for the figure of samples.

    Raises:
        InputError: a class is not a real one, or an image equals a real test or validation image.
    """
    target, arguments = arguments_of(model["images"][place])
    if "labels" in argument_names(target):
        arguments = {"labels": "optional", **arguments}
    source: Source = resolve_target(target)(**arguments)
    return as_samples(source, train, validation, test, model["made_from"], model["labels_spent"], place)


def as_samples(
    source: Source,
    train: Arrays,
    validation: Arrays,
    test: Arrays,
    made_from: str,
    labels_spent: int | None,
    place: int = 0,
) -> tuple[Arrays, pd.DataFrame, Arrays]:
    """Images of a source as samples; arguments, result and errors as for `load_generated_images`."""
    arrays, notes = like_real(source, train)
    for note in notes:
        log.info(note)
    refuse_test_images(arrays["images"], source.files, {"test": test, "validation": validation})
    origin, seen = seen_by_generator(made_from, train)
    known = {
        "made_from": np.array(origin),
        "labels_spent": np.array(-1 if labels_spent is None else labels_spent),
        "notes": np.array(notes, dtype=np.str_),
    }
    rng = np.random.default_rng(place)
    order = rng.permutation(len(arrays["images"]))  # files are often sorted by class, and arms take the first ones
    arrays = {name: array[order] for name, array in arrays.items()}
    return arrays | known | seen, pd.DataFrame({"epoch": []}), {"epoch_0": arrays["images"][:SHOWN]}


def refuse_test_images(images: np.ndarray, files: tuple[str, ...], held_out: dict[str, Arrays]) -> None:
    """Raises an `InputError` if an image equals a held-out one.

    Args:
        images: in the form of the real ones.
        files: the file of each image, for the message; empty if images have none.
        held_out: split -> its arrays.
    """
    hashes = as_bytes(image_hashes(images))
    for split, arrays in held_out.items():
        copies = np.flatnonzero(np.isin(hashes, as_bytes(image_hashes(arrays["images"]))))
        if len(copies):
            first = files[copies[0]] if files else f"image {copies[0]}"
            raise InputError(
                f"{len(copies)} of {len(images)} generated images equal real {split} images, so that nothing measured "
                f"with them would hold; the first is {first}"
            )


def seen_by_generator(made_from: str, train: Arrays) -> tuple[str, Arrays]:
    """`made_from` as train, files or unknown, and the images that the generator was trained on."""
    if made_from == "unknown":
        return "unknown", {}
    if made_from == "train":
        return "train", mark_seen("generative_model", train)
    source = read_images(made_from, labels="optional")
    unlabeled = {name: {"images": arrays["images"]} for name, arrays in source.splits.items()}
    images = like_real(source._replace(splits=unlabeled), train)[0]["images"]
    nowhere = {"images": images, "image_ids": np.full(len(images), -1, np.int64)}
    return "files", mark_seen("generative_model", nowhere)
