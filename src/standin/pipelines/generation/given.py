"""The node that reads images which were generated elsewhere, in the place of a trained model's samples."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from standin.core.errors import InputError
from standin.core.instantiate import argument_names, arguments_of, resolve_target
from standin.core.leakage import as_bytes, image_hashes, mark_seen
from standin.core.types import Arrays
from standin.data.copies import Copies
from standin.data.generated import like_real
from standin.data.images import read_images
from standin.data.near_duplicates import find_near_duplicates
from standin.data.source import Source, formats_of
from standin.io.large_arrays import gather, join

SHOWN = 100
"""Images in the figure of samples."""
CLOSE = 0.15
"""Distance as of `standin.data.near_duplicates` below which most re-encoded, mirrored or brightened copies are: all in
MNIST and among the digits with a JPEG quality of 75, half in CIFAR-10."""
FEW_CLOSE, MOST_CLOSE = 3, 0.01
"""So many images, or so large a proportion, may be as close to held-out ones by chance."""
TRAINING_COMPARED = 10_000
"""Largest number of training images among which near copies of held-out ones are searched."""
COMPARED, MOST_REPEATED = 500, 0.5
"""Images of a set that are compared with other sets, and the proportion above which they are the same set."""

log = logging.getLogger(__name__)


def load_generated_images(
    model: dict[str, Any],
    train: Arrays,
    validation: Arrays,
    test: Arrays,
    copies: Copies,
    place: int,
) -> tuple[Arrays, pd.DataFrame, Arrays]:
    """Reads a set of images in the form of the real ones. Every image is used once.

    Args:
        model: `images`, the sources of the sets; `made_from` and `labels_spent` (`standin.config.schema.ImageSet`).
        train, validation, test: real images.
        copies: has the formats of the real files.
        place: of the set among the sources. Those before it are read, too: it must not repeat them.

    Returns:
        As of a sampled model: `images`, their `labels` if the source has any, and what is known of their origin:
        `made_from` (train, files or unknown), `labels_spent` (-1: unknown), `notes`, and, unless unknown, the images
        that their generator has seen; an empty history; and images for the figure of samples.

    Raises:
        InputError: a class is not a real one, an image equals a real test or validation image, more than a few nearly
            equal one, or the images are those of an earlier set.
    """
    *before, (_, source) = enumerate(model["images"][: place + 1])
    held_out = {"test": test, "validation": validation}
    sets = {f"set {number}": like_real(_read(entry), train)[0]["images"] for number, entry in before}
    origin = model["made_from"], model["labels_spent"]
    return as_samples(_read(source), train, held_out, *origin, formats=copies["formats"], earlier=sets, place=place)


def _read(source: Mapping[str, Any]) -> Source:
    target, arguments = arguments_of(source)
    if "labels" in argument_names(target):
        arguments = {"labels": "optional", **arguments}
    loaded: Source = resolve_target(target)(**arguments)
    return loaded


def as_samples(
    source: Source,
    train: Arrays,
    held_out: Mapping[str, Arrays],
    made_from: str,
    labels_spent: int | None,
    *,
    formats: Sequence[str],
    earlier: Mapping[str, np.ndarray],
    others: Mapping[str, np.ndarray] = MappingProxyType({}),
    place: int = 0,
) -> tuple[Arrays, pd.DataFrame, Arrays]:
    """Images of a source as samples; result and errors as for `load_generated_images`.

    Args:
        held_out: split -> real images that must not be among the generated ones.
        formats: of the real files.
        earlier: each set before this one of the same generator -> its images.
        others: the same of other generators, which may only be noted.
    """
    arrays, notes = like_real(source, train)
    refuse_copies(arrays["images"], source.files, held_out)
    refuse_repeated(arrays["images"], earlier)
    repeated = [*_repeated(arrays["images"], others)]
    origin, seen = seen_by_generator(made_from, train, held_out)
    kept, left_out = without_near_copies(arrays["images"], train["images"], held_out, source.files)
    same = [f"{part:.0%} of these images equal those of {name}, or their mirror images." for name, part in repeated]
    notes += (*left_out, *same, *note_on_formats(formats, formats_of(source.files)))
    for note in notes:
        log.info("%s", note)
    known = {
        "made_from": np.array(origin),
        "labels_spent": np.array(-1 if labels_spent is None else labels_spent),
        "notes": np.array(notes, dtype=np.str_),
    }
    rng = np.random.default_rng(place)
    order = kept[rng.permutation(len(kept))]  # files are often sorted by class, and arms take the first ones
    arrays = {name: gather(array, order) for name, array in arrays.items()}
    return arrays | known | seen, pd.DataFrame({"epoch": []}), {"epoch_0": arrays["images"][:SHOWN]}


def refuse_copies(images: np.ndarray, files: tuple[str, ...], held_out: Mapping[str, Arrays]) -> None:
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


def without_near_copies(
    images: np.ndarray, train: np.ndarray, held_out: Mapping[str, Arrays], files: Sequence[str] = ()
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Indices of the images that are no near copies of held-out ones (`standin.data.near_duplicates`), and a note on
    the others. Training images are compared, too, since simple images, such as digits of 8 x 8 pixels, are near many
    real ones.

    Some are near by chance: 0.1% of real training images in CIFAR-10, none of 10,000 in MNIST, 2% of generated digits
    next to 380 real ones, but these are hardly closer than `CLOSE`.

    Raises:
        InputError: more than `FEW_CLOSE`, and than the proportion `MOST_CLOSE`, are as close as re-encoded, mirrored or
            brightened copies.
    """
    sample = gather(train, np.sort(np.random.default_rng(0).permutation(len(train))[:TRAINING_COMPARED]))
    found = find_near_duplicates(images, join([sample, *(part["images"] for part in held_out.values())]))
    near = found.found & (found.nearest >= len(sample))
    if not near.any():
        return np.arange(len(images)), ()
    splits, first = " or ".join(held_out), int(np.flatnonzero(near)[0])
    listed = f"{near.sum():,} of {len(images):,} generated images nearly equal real {splits} images"
    named = f"the first is {files[first] if files else f'image {first}'}"
    if (near & (found.distance < CLOSE)).sum() > max(FEW_CLOSE, MOST_CLOSE * len(images)):
        raise InputError(
            f"{listed} (re-encoded, mirrored or brightened), so that nothing measured with them would hold; {named}"
        )
    return np.flatnonzero(~near), (f"{listed} and are left out; {named}.",)


def refuse_repeated(images: np.ndarray, earlier: Mapping[str, np.ndarray]) -> None:
    """Raises an `InputError` if most images are those of an earlier set: equal, mirrored or nearly equal ones."""
    for name, repeated in _repeated(images, earlier):
        raise InputError(
            f"generated images: {repeated:.0%} of a set equal those of {name}, or their mirror images, so that they "
            "would count as images of a second generator; leave one of the two out"
        )


def _repeated(images: np.ndarray, earlier: Mapping[str, np.ndarray]) -> Iterator[tuple[str, float]]:
    """Names of the sets that images repeat, and the proportion of these images."""
    sample = images[np.sort(np.random.default_rng(0).permutation(len(images))[:COMPARED])]
    hashes = as_bytes(image_hashes(sample))
    for name, others in earlier.items():
        repeated = np.isin(hashes, as_bytes(image_hashes(others))) | find_near_duplicates(sample, others).found
        if repeated.mean() > MOST_REPEATED:
            yield name, float(repeated.mean())


def note_on_formats(real: Sequence[str], generated: Sequence[str]) -> tuple[str, ...]:
    """A note if real and generated files have no format in common, by which a network could tell them apart."""
    if not real or not generated or {*real} & {*generated}:
        return ()
    formats = [" and ".join(names) for names in (real, generated)]
    return (
        f"Real images are {formats[0]} files and generated ones {formats[1]} files: metrics that tell them apart may "
        "measure traces of the format.",
    )


def seen_by_generator(made_from: str, train: Arrays, held_out: Mapping[str, Arrays]) -> tuple[str, Arrays]:
    """`made_from` as train, files or unknown, and the images that the generator was trained on.

    Raises:
        InputError: the images cannot be read, or held-out images are among them.
    """
    if made_from == "unknown":
        return "unknown", {}
    if made_from == "train":
        return "train", mark_seen("generative_model", train)
    try:
        source = read_images(made_from, labels="optional")
    except InputError as error:
        raise InputError(f"made_from must be train, unknown, or the path of images: {error}") from None
    unlabeled = {name: {"images": arrays["images"]} for name, arrays in source.splits.items()}
    images = like_real(source._replace(splits=unlabeled), train)[0]["images"]
    hashes = as_bytes(image_hashes(images))
    for split, part in held_out.items():
        if copies := int(np.isin(hashes, as_bytes(image_hashes(part["images"]))).sum()):
            raise InputError(
                f"made_from: {copies:,} of these images are real {split} images, so that the generator has seen what "
                "its images are tested on"
            )
    nowhere = {"images": images, "image_ids": np.full(len(images), -1, np.int64)}
    return "files", mark_seen("generative_model", nowhere)
