"""Images and labels in one `.npz` file.

Two layouts: `images`, `labels` (split by seed), or `x_train`, `y_train`, `x_test`, `y_test` (with test images, as in
`keras.datasets`). Samples of generators often are `arr_0`, `arr_1` (`numpy.savez` without names): images and labels.
Optional: `class_names`, and `groups` (n,), one for each of `images` or `x_train`: images of one
group, such as one patient, are never separated. In the second layout `groups_train` is the same as `groups`, and
`groups_test` has the groups of test images, which must not be training groups. Pickled objects are never loaded.
"""

import os
import sys
from collections.abc import Sequence

import numpy as np

from standin.core.errors import InputError
from standin.core.types import Arrays
from standin.data.resizing import Fit, resize_splits
from standin.data.source import Labels, Source, make_source
from standin.io.npz import load_npz

POOLED = ("images", "labels")
UNNAMED = {"arr_0": "images", "arr_1": "labels"}
WITH_TEST = ("x_train", "y_train", "x_test", "y_test")


def load(
    path: str | os.PathLike[str],
    class_names: Sequence[str] | None = None,
    side: int | None = None,
    fit: Fit = "pad",
    labels: Labels = "required",
) -> Source:
    """The data set in the `.npz` file at `path`.

    Args:
        path: of the file.
        class_names: one per class; None: those in the file, or else the labels.
        side, fit: as for `standin.data.images.read_images`.
        labels: "optional": the file may contain `images` only.

    Raises:
        InputError: the file is missing, broken, or lacks an array.
    """
    arrays = load_npz(path)
    where = f"npz file {os.fspath(path)}"
    if not {"images", "x_train"} & set(arrays):
        arrays = {UNNAMED.get(name, name): array for name, array in arrays.items()}
    if class_names is None and "class_names" in arrays:
        class_names = _names(arrays["class_names"], where)
    images, columns = _splits(arrays, labels, where)
    images, notes = resize_splits(images, side, fit, where)
    splits = {name: (images[name], columns[name]) for name in images}
    source = make_source(splits, class_names, where, _groups(arrays, tuple(splits), where), labels)
    return source._replace(notes=notes)


def _splits(arrays: Arrays, labels: Labels, where: str) -> tuple[Arrays, dict[str, np.ndarray | None]]:
    """Images and labels by split."""
    if all(name in arrays for name in WITH_TEST):
        splits = ("train", "test")
        return {split: arrays[f"x_{split}"] for split in splits}, {split: arrays[f"y_{split}"] for split in splits}
    if "images" in arrays and ("labels" in arrays or labels == "optional"):
        return {"train": arrays["images"]}, {"train": arrays.get("labels")}
    raise InputError(
        f"{where} must contain the arrays {', '.join(POOLED)} or {', '.join(WITH_TEST)}, "
        f"got {', '.join(sorted(arrays)) or 'none'}"
    )


def _groups(arrays: Arrays, splits: tuple[str, ...], where: str) -> Arrays:
    """Split -> its groups, under the names that the docstring of this module states."""
    names = {"groups": "train", "groups_train": "train", "groups_test": "test"}
    given = [name for name in names if name in arrays]
    if {"groups", "groups_train"} <= set(given):
        raise InputError(f"{where} must contain only one of groups and groups_train, got both")
    if "groups_test" in given and "test" not in splits:
        raise InputError(f"{where} contains groups_test but no test images")
    return {names[name]: arrays[name] for name in given}


def _names(array: np.ndarray, where: str) -> list[str]:
    """Names as text, also of numbers. NumPy raises a `SystemError` for text whose codes are not characters."""
    codes = np.zeros(0)
    if array.dtype.kind == "U" and array.dtype.itemsize:
        codes = np.atleast_1d(array).astype(array.dtype.newbyteorder("=")).view(np.uint32)
    if array.ndim != 1 or array.dtype.kind not in "Uiu" or codes.max(initial=0) > sys.maxunicode:
        raise InputError(f"{where}: class_names must be a list of names, got {array.shape} {array.dtype}")
    return [str(name) for name in array]
