"""A second test set: images that nothing was trained on and no choice was made by, scored once with frozen settings."""

from collections.abc import Mapping
from typing import Any, TypedDict

import numpy as np

from standin.core.errors import InputError
from standin.core.instantiate import arguments_of, resolve_target
from standin.core.leakage import image_hashes
from standin.core.types import Arrays
from standin.data.source import Source
from standin.data.split import take


class Dropped(TypedDict):
    """Images of a second test set that equal others.

    Attributes:
        seen: dropped, since a training or validation image is equal.
        repeated: dropped, since an earlier image of the set is equal.
        in_test: equal to one of the first test set. They stay: ciFAIR is that set without its near-duplicates.
    """

    seen: int
    repeated: int
    in_test: int


def load_fresh(described: Mapping[str, Any], test: Arrays, seen: list[Arrays]) -> tuple[Arrays, Dropped]:
    """The images of a second test set, in the form of the first one, without copies of seen images.

    Args:
        described: `_target_` of a loader, which returns `images`, `labels` and optionally `groups`, or a `Source` with
            one split or with a split "test"; and its arguments.
        test: the first test set.
        seen: splits whose images were trained on or chosen by.

    Raises:
        InputError: images of another shape or type, other classes, or no image is left.
    """
    target, arguments = arguments_of(described)
    loaded = resolve_target(target)(**arguments)
    names, arrays = test["class_names"].tolist(), loaded
    if isinstance(loaded, Source):
        if list(loaded.class_names) != names:
            raise InputError(f"fresh_test: classes must be {names}, as in the data set, got {list(loaded.class_names)}")
        arrays = loaded.splits["test" if "test" in loaded.splits else "train"]
    images, labels = arrays["images"], arrays["labels"]
    kinds = [(array.shape[1:], str(array.dtype)) for array in (test["images"], images)]
    if kinds[0] != kinds[1]:
        raise InputError(f"fresh_test: images must be {kinds[0]}, as in the data set, got {kinds[1]}")
    if labels.max() >= len(names):
        raise InputError(f"fresh_test: labels must be 0 to {len(names) - 1}, as in the data set, got {labels.max()}")
    hashes, in_seen, in_test = (_keys(image_hashes(part)) for part in (images, _images(seen), test["images"]))
    first = np.zeros(len(hashes), bool)
    first[np.unique(hashes, return_index=True)[1]] = True
    is_seen = np.isin(hashes, in_seen)
    keep = np.flatnonzero(first & ~is_seen)
    if not len(keep):
        raise InputError(f"fresh_test: {target} must have images that the data set does not have, got only copies")
    kept = {name: arrays[name] for name in ("images", "labels", "groups") if name in arrays}
    # No image of the data set has a negative id.
    fresh = take(kept | {"image_ids": -1 - np.arange(len(images))}, keep) | {"class_names": test["class_names"]}
    in_both = np.isin(hashes[keep], in_test).sum()
    return fresh, Dropped(seen=int(is_seen.sum()), repeated=int((~first & ~is_seen).sum()), in_test=int(in_both))


def _images(splits: list[Arrays]) -> np.ndarray:
    return np.concatenate([split["images"] for split in splits])


def _keys(hashes: np.ndarray) -> np.ndarray:
    """(n,) one opaque value per hash, which NumPy can compare."""
    return np.array([bytes(row).hex() for row in hashes])
