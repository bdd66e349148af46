"""Images and labels in one `.npz` file.

Two layouts: `images`, `labels` (split by seed), or `x_train`, `y_train`, `x_test`, `y_test` (with test images, as in
`keras.datasets`). Optional: `class_names`, and `groups` (n,), one for each of `images` or `x_train`: images of one
group, such as one patient, are never separated. In the second layout `groups_train` is the same as `groups`, and
`groups_test` has the groups of test images, which must not be training groups. Pickled objects are never loaded.
"""

import os
import sys
from collections.abc import Sequence

import numpy as np

from standin.core.errors import InputError
from standin.core.types import Arrays
from standin.data.source import Source, make_source
from standin.io.npz import load_npz

POOLED = ("images", "labels")
WITH_TEST = ("x_train", "y_train", "x_test", "y_test")


def load(path: str | os.PathLike[str], class_names: Sequence[str] | None = None) -> Source:
    """The data set in the `.npz` file at `path`.

    Args:
        path: of the file.
        class_names: one per class; None: those in the file, or else the labels.

    Raises:
        InputError: the file is missing, broken, or lacks an array.
    """
    arrays = load_npz(path)
    where = f"npz file {os.fspath(path)}"
    if class_names is None and "class_names" in arrays:
        class_names = _names(arrays["class_names"], where)
    if all(name in arrays for name in WITH_TEST):
        splits = {"train": (arrays["x_train"], arrays["y_train"]), "test": (arrays["x_test"], arrays["y_test"])}
    elif all(name in arrays for name in POOLED):
        splits = {"train": (arrays["images"], arrays["labels"])}
    else:
        raise InputError(
            f"{where} must contain the arrays {', '.join(POOLED)} or {', '.join(WITH_TEST)}, "
            f"got {', '.join(sorted(arrays)) or 'none'}"
        )
    return make_source(splits, class_names, where, _groups(arrays, tuple(splits), where))


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
