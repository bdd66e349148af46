"""Images and labels in one `.npz` file: a data set of one's own, or the files that `keras.datasets` uses.

Two layouts: `images`, `labels` (split by seed), or `x_train`, `y_train`, `x_test`, `y_test` (its own test rows, as in
`keras.datasets`).
`class_names` is read where it is there, and so is `groups` (n,) beside `images`: rows of one group (those of one
patient, say) are never split. Pickled objects are never loaded.
"""

import os
from collections.abc import Sequence

from standin.arrays import load_npz
from standin.data.source import Source, make_source
from standin.errors import InputError

POOLED = ("images", "labels")
WITH_TEST = ("x_train", "y_train", "x_test", "y_test")


def load(path: str | os.PathLike[str], class_names: Sequence[str] | None = None) -> Source:
    """The data set in the file at `path`.

    Args:
        path: of the `.npz` file.
        class_names: one a class; else those in the file; else the labels themselves.

    Raises:
        InputError: one sentence with the path and what is wrong.
    """
    arrays = load_npz(path)
    where = f"npz file {os.fspath(path)}"
    if class_names is None and "class_names" in arrays:
        class_names = [str(name) for name in arrays["class_names"]]
    if all(name in arrays for name in WITH_TEST):
        splits = {"train": (arrays["x_train"], arrays["y_train"]), "test": (arrays["x_test"], arrays["y_test"])}
    elif all(name in arrays for name in POOLED):
        splits = {"train": (arrays["images"], arrays["labels"])}
    else:
        raise InputError(
            f"{where} must hold the arrays {', '.join(POOLED)} or {', '.join(WITH_TEST)}, "
            f"got {', '.join(sorted(arrays)) or 'none'}"
        )
    groups = {"train": arrays["groups"]} if "groups" in arrays and "images" in arrays else None
    return make_source(splits, class_names, where, groups)
