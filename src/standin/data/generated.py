"""Images from elsewhere next to a real data set: in the form of its images, with its classes."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from standin.core.errors import InputError
from standin.core.images import to_float, to_uint8
from standin.core.types import Arrays
from standin.core.validation import did_you_mean
from standin.data.resizing import Fit, resized, resizing_note
from standin.data.source import Source
from standin.io.large_arrays import collect, join


class Alignment(NamedTuple):
    """Classes of generated images among those of real ones.

    Attributes:
        indices: (classes of generated images,) int64, the place of each among the real classes.
        notes: sentences on names that differ in spelling, and on classes without generated images.
    """

    indices: np.ndarray
    notes: tuple[str, ...]


def like_real(source: Source, real: Arrays, fit: Fit = "pad") -> tuple[Arrays, tuple[str, ...]]:
    """Generated images in the form of real ones; those of all splits together, each once.

    Args:
        source: the generated images.
        real: `images` and `class_names` of the real data set.
        fit: as for `standin.data.images.read_images`.

    Returns:
        `images` of the shape and type of the real ones and, if the source has labels, `labels` (n,) int64 in the order
        of the real classes; and the notes of the source with those on conversions and classes.

    Raises:
        InputError: a class is not one of the real data set.
    """
    splits = [*source.splits.values()]
    images = splits[0]["images"] if len(splits) == 1 else join([arrays["images"] for arrays in splits])
    images, conversions = convert_images(images, real["images"].shape[1:], real["images"].dtype, fit)
    arrays, notes = {"images": images}, (*source.notes, *conversions)
    if "labels" in splits[0]:
        alignment = align_classes(real["class_names"].tolist(), source.class_names)
        arrays["labels"] = alignment.indices[np.concatenate([part["labels"] for part in splits])]
        notes += alignment.notes
    return arrays, notes


def align_classes(real_names: Sequence[str], generated_names: Sequence[str]) -> Alignment:
    """Matches classes by name; case, spaces, hyphens and underscores do not count if that leaves one real class.

    Raises:
        InputError: a generated class is not a real one, or two of them are the same real one.
    """
    real_names, spellings = [str(name) for name in real_names], [_spelling(name) for name in real_names]
    indices: list[int] = []
    notes = []
    for name in map(str, generated_names):
        if name in real_names:
            index = real_names.index(name)
        elif spellings.count(_spelling(name)) == 1:
            index = spellings.index(_spelling(name))
            notes.append(f"Class {name!r} of generated images is taken for the real class {real_names[index]!r}.")
        else:
            hint = did_you_mean(name, real_names)
            if name.isdigit() and not any(real.isdigit() for real in real_names):
                hint = f"; generated images with numbers as labels need class_names{hint}"
            raise InputError(f"generated images: class {name!r} is not a class of the real images{hint}")
        if index in indices:
            raise InputError(f"generated images: two classes are the real class {real_names[index]!r}")
        indices.append(index)
    if missing := [name for index, name in enumerate(real_names) if index not in indices]:
        listed = ", ".join(map(repr, missing[:5])) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        plural = "classes" if len(missing) > 1 else "class"
        notes.append(f"{len(missing)} of {len(real_names)} classes without generated images: {plural} {listed}.")
    return Alignment(np.array(indices, np.int64), tuple(notes))


def _spelling(name: str) -> str:
    return "".join(character for character in str(name).casefold() if character not in " -_")


def convert_images(
    images: np.ndarray, shape: tuple[int, ...], dtype: np.dtype, fit: Fit = "pad"
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Images (n, height, width, channels), uint8 or float32 in [-1, 1], in another shape and type, with notes.

    Args:
        images: with 1 or 3 channels.
        shape: (height, width, channels) of the result.
        dtype: uint8 or float32, of the result.
        fit: as for `standin.data.images.read_images`.
    """
    height, width, channels = shape
    notes = []
    if note := resizing_note(Counter({images.shape[2:0:-1]: len(images)}), (width, height), fit):
        images = resized(images, width, height, fit)
        notes.append(note)
    if images.shape[-1] != channels or images.dtype != dtype:
        if images.shape[-1] != channels:
            notes.append(f"{'Color' if channels == 1 else 'Gray'} images became {'gray' if channels == 1 else 'RGB'}.")
        parts = (_converted(image, channels, dtype)[np.newaxis] for image in images)
        images = collect(parts, (len(images), *shape), dtype)
    return images, tuple(notes)


def _converted(image: np.ndarray, channels: int, dtype: np.dtype) -> np.ndarray:
    """One image with other channels and of another type; gray is the luma of ITU-R BT.601, as Pillow's."""
    if image.shape[-1] < channels:
        image = np.repeat(image, channels, axis=-1)
    elif image.shape[-1] > channels and image.dtype == np.uint8:
        image = np.asarray(Image.fromarray(image).convert("L"))[..., np.newaxis]
    elif image.shape[-1] > channels:
        image = (image @ np.array([0.299, 0.587, 0.114], np.float32))[..., np.newaxis]
    return to_uint8(image) if dtype == np.uint8 else to_float(image)
