"""The return type of data sources: named arrays by split, checked once."""

import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from standin.core.errors import InputError
from standin.core.types import Arrays

SMALLEST_SIDE, LARGEST_SIDE = 8, 96

Labels: TypeAlias = Literal["required", "optional"]
"""Whether images must have labels, as those of a real data set, or may have none and may all be of one class, as
generated images."""


class Source(NamedTuple):
    """Images before splitting.

    The arrays of a split are `images` (n, height, width, channels), uint8 or float32 in [-1, 1]; `labels` (n,) int64 in
    [0, classes), absent if no image has a label; `image_ids` (n,) int64; and optionally `conditions` (n, k) float32,
    known numbers of each image; `attributes` (n,) int64, a second classification; `groups` (n,) of any type: images of
    a group are never separated.

    Attributes:
        splits: "train", and "validation" and "test" if the data set defines them. Image ids are unique in all splits.
        class_names: one per class, in the order of the labels; none if there are no labels.
        condition_names: one per column of the conditions.
        attribute_names: one per attribute, in the order of their numbers.
        files: the file of each image in the order of the image ids, for messages; empty if images have none.
        notes: sentences on what was resized, converted or ignored in reading.
    """

    splits: dict[str, Arrays]
    class_names: tuple[str, ...]
    condition_names: tuple[str, ...] = ()
    attribute_names: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def formats_of(files: Sequence[str]) -> list[str]:
    """The formats of image files by their endings, such as JPEG and PNG, in alphabetical order."""
    endings = {PurePath(file).suffix.lower().removeprefix(".") for file in files} - {""}
    return sorted({{"jpg": "JPEG", "tif": "TIFF", "webp": "WebP"}.get(ending, ending.upper()) for ending in endings})


def make_source(
    splits: Mapping[str, tuple[np.ndarray, np.ndarray | None]],
    class_names: Sequence[str] | None,
    where: str,
    groups: dict[str, np.ndarray] | None = None,
    labels: Labels = "required",
) -> Source:
    """Checks images and labels of each split, assigns image ids, and makes labels consecutive.

    Args:
        splits: name -> (images, labels); images (n, height, width) or (n, height, width, channels); labels None: there
            are none, in any of the splits.
        class_names: one different name per class, or None to name classes by their labels.
        where: name of the data in error messages.
        groups: split -> (n,) group of each image; not every split must have groups.
        labels: whether they are required.

    Raises:
        InputError: one sentence on the first mistake.
    """
    checked, start = {}, 0
    for name, (unchecked, _) in splits.items():
        images = _checked_images(unchecked, f"{where}, {name} images")
        image_ids = np.arange(start, start + len(images), dtype=np.int64)
        start += len(images)
        checked[name] = {"images": images, "image_ids": image_ids}
        if groups and name in groups:
            if groups[name].shape != image_ids.shape:
                expected = f"({len(images)},), one for each image"
                raise InputError(f"{where}: {name} groups must be {expected}, got {groups[name].shape}")
            checked[name]["groups"] = groups[name]
    _check_same_form(checked, where)
    labels_of = {name: column for name, (_, column) in splits.items() if column is not None}
    unlabeled = [name for name in splits if name not in labels_of]
    if unlabeled and (labels == "required" or labels_of):
        raise InputError(f"{where}: the {' and '.join(unlabeled)} images have no labels")
    if unlabeled:
        return Source(checked, ())
    numbers = {name: _checked_labels(labels_of[name], len(checked[name]["images"]), where, name) for name in splits}
    values = np.unique(np.concatenate([*numbers.values()]))
    for name, arrays in checked.items():
        arrays["labels"] = np.searchsorted(values, numbers[name])
    if len(values) < 2 and labels == "required":
        raise InputError(f"{where}: there must be at least two classes, got {len(values)}")
    return Source(checked, _checked_names(values, class_names, where))


def _check_same_form(splits: dict[str, Arrays], where: str) -> None:
    """Raises an `InputError` if splits differ in the shape or type of their images."""
    shapes = {arrays["images"].shape[1:] for arrays in splits.values()}
    if len(shapes) > 1:
        raise InputError(f"{where}: all splits must have images of one shape, got {sorted(shapes)}")
    types = {name: arrays["images"].dtype for name, arrays in splits.items()}
    if len(set(types.values())) > 1:  # 0 to 255 as float32 would be taken for scaled pixels
        got = " and ".join(f"{dtype} {name} images" for name, dtype in types.items())
        raise InputError(f"{where}: all splits must have images of one type, got {got}")


def _checked_names(values: np.ndarray, class_names: Sequence[str] | None, where: str) -> tuple[str, ...]:
    names = tuple(str(v) for v in (values if class_names is None else class_names))
    if len(names) != len(values):
        raise InputError(f"{where}: there must be one class name for each of {len(values)} labels, got {len(names)}")
    for place, name in enumerate(names):
        if name in names[:place]:
            raise InputError(f"{where}: class names must differ, got {name!r} for two classes")
        if not name.strip() or any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
            raise InputError(f"{where}: a class name must be text without control characters, got {name!r}")
    return names


def fresh_test_images(images: np.ndarray, labels: np.ndarray, n_classes: int, where: str) -> Arrays:
    """Checked `images` and `labels` of a second test set, as in a split of a `Source` but without image ids.

    Args:
        images, labels: as for `make_source`.
        n_classes: labels must be below it, since they are those of the data set whose second test set this is.
        where: name of the data in error messages.

    Raises:
        InputError: one sentence on the first mistake.
    """
    checked = _checked_images(images, f"{where} images")
    numbers = _checked_labels(labels, len(checked), where, "test")
    if not 0 <= numbers.min() <= numbers.max() < n_classes:
        raise InputError(f"{where}: labels must be 0 to {n_classes - 1}, got {numbers.min()} to {numbers.max()}")
    return {"images": checked, "labels": numbers}


def _checked_labels(column: np.ndarray, n: int, where: str, name: str) -> np.ndarray:
    labels = np.squeeze(column, axis=1) if column.ndim == 2 and column.shape[1] == 1 else column
    if labels.shape != (n,) or labels.dtype.kind not in "iu" or labels.max(initial=0) > np.iinfo(np.int64).max:
        raise InputError(
            f"{where}: {name} labels must be ({n},) integers up to 2^63 - 1, one for each image, got {labels.shape} "
            f"{labels.dtype}"
        )
    return labels.astype(np.int64)


def _checked_images(images: np.ndarray, where: str) -> np.ndarray:
    images = images[..., np.newaxis] if images.ndim == 3 else images
    if images.ndim != 4 or images.dtype not in (np.uint8, np.float32) or images.shape[-1] not in (1, 3):
        raise InputError(
            f"{where}: images must be (n, height, width) or (n, height, width, 1 or 3) of uint8 or float32, "
            f"got {images.shape} {images.dtype}"
        )
    within = images.dtype != np.float32 or (images.min(initial=0) >= -1 and images.max(initial=0) <= 1)
    if not within:  # NaN fails both comparisons
        finite = images[np.isfinite(images)]
        odd = images.size - finite.size
        got = f"{odd} values that are not finite" if odd else f"{finite.min():.4g} to {finite.max():.4g}"
        raise InputError(f"{where}: float32 images must be finite and within [-1, 1], got {got}")
    if len(images) == 0:
        raise InputError(f"{where}: there must be at least one image, got none")
    check_sides(images.shape[1], images.shape[2], where)
    return images


def check_sides(height: int, width: int, where: str) -> None:
    """Raises an `InputError` about the images `where` if their size is not supported."""
    if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in (height, width)):
        raise InputError(
            f"{where}: images must have {SMALLEST_SIDE} to {LARGEST_SIDE} pixels per side, got {height} x {width}"
        )
