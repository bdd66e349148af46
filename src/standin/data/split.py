"""Splits images into training, validation and test, once, by a seed, before anything else reads them.

A source with test images keeps them, and its training images are split 90/10, stratified by class; one without is split
70/15/15. Duplicates are dropped; if an image is in two splits, it stays in the test split. Images of one group (a
patient, a camera) stay together.
"""

import warnings

import numpy as np

from standin.core.errors import InputError
from standin.core.leakage import image_hashes
from standin.core.types import Arrays
from standin.data.source import Source
from standin.io.large_arrays import gather

VALIDATION_FRACTION = 0.10
HELD_OUT_FRACTION = 0.15
NAMES = ("class_names", "condition_names", "attribute_names", "missing")
"""Arrays that do not have one entry per image."""


def split(source: Source, seed: int) -> dict[str, Arrays]:
    """Training, validation and test images, disjoint by content.

    Returns:
        "train", "validation", "test" -> arrays, with `images`, `labels`, `image_ids`, `class_names`, and the
        source's `conditions` with `condition_names` and `attributes` with `attribute_names`; training arrays also have
        `half`, 0 (A) or 1 (B), stratified by class, and the source's `groups`.

    Raises:
        InputError: if a class has too few different images for all splits, there are too few groups, or a group is in
            two splits of the source.
    """
    distinct = _drop_copies(source.splits)
    _check_groups(distinct)
    train = distinct["train"]
    if "test" in distinct:
        test = distinct["test"]
    else:
        train, test = _held_out(train, HELD_OUT_FRACTION, seed, source.class_names)
    if "validation" in distinct:
        validation = distinct["validation"]
    else:
        fraction = VALIDATION_FRACTION if "test" in distinct else HELD_OUT_FRACTION / (1 - HELD_OUT_FRACTION)
        train, validation = _held_out(train, fraction, seed, source.class_names)
    names = {"class_names": np.array(source.class_names)}
    if source.condition_names:
        names["condition_names"] = np.array(source.condition_names)
    if source.attribute_names:
        names["attribute_names"] = np.array(source.attribute_names)
    train = train | {"half": _halves(train, seed)}
    parts = {"train": train, "validation": validation, "test": test}
    return {
        part: {name: array for name, array in arrays.items() if part == "train" or name != "groups"} | names
        for part, arrays in parts.items()
    }


def _drop_copies(splits: dict[str, Arrays]) -> dict[str, Arrays]:
    seen: set[bytes] = set()
    kept = {}
    for name in sorted(splits, key=["test", "validation", "train"].index):
        keep = []
        for i, key in enumerate(map(bytes, image_hashes(splits[name]["images"]))):
            if key not in seen:
                seen.add(key)
                keep.append(i)
        kept[name] = take(splits[name], np.array(keep, dtype=np.int64))
    return kept


def _held_out(arrays: Arrays, fraction: float, seed: int, class_names: tuple[str, ...]) -> tuple[Arrays, Arrays]:
    from sklearn.model_selection import train_test_split

    counts = np.bincount(arrays["labels"], minlength=len(class_names))
    if counts.min() < 2 or round(fraction * len(arrays["labels"])) < len(class_names):
        rarest = class_names[int(counts.argmin())]
        raise InputError(
            f"each class needs enough different images for training, validation and test, "
            f"class {rarest!r} has {counts.min()} of {counts.sum()}"
        )
    if "groups" in arrays:
        stay, out = by_group(arrays, round(1 / fraction), seed)
    else:
        indices = np.arange(len(arrays["labels"]))
        stay, out = train_test_split(indices, test_size=fraction, random_state=seed, stratify=arrays["labels"])
    for part in (stay, out):
        lost = np.bincount(arrays["labels"][part], minlength=len(class_names)) == 0
        if lost.any():
            rarest = class_names[int(lost.argmax())]
            raise InputError(
                f"groups: each class needs enough of them for training, validation and test; all images of class "
                f"{rarest!r} are in too few groups"
                if "groups" in arrays
                else f"each class needs enough different images for training, validation and test, class {rarest!r} "
                f"has {counts[lost.argmax()]} of {counts.sum()}"
            )
    return take(arrays, np.sort(stay)), take(arrays, np.sort(out))


def by_group(arrays: Arrays, parts: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices of images that stay and that are held out: one of `parts`, in whole groups, about stratified by class."""
    from sklearn.model_selection import StratifiedGroupKFold

    groups = len(np.unique(arrays["groups"]))
    if groups < parts:
        raise InputError(f"groups: there must be at least {parts}, since groups are not divided, got {groups}")
    folds = StratifiedGroupKFold(parts, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", UserWarning
        )  # a class of few images: `_held_out` checks that all classes are in each part
        return next(folds.split(arrays["groups"], arrays["labels"], arrays["groups"]))


def _check_groups(splits: dict[str, Arrays]) -> None:
    names = [name for name, arrays in splits.items() if "groups" in arrays]
    for i, name in enumerate(names):
        for other in names[i + 1 :]:
            both = np.intersect1d(splits[name]["groups"], splits[other]["groups"])
            if len(both):
                raise InputError(f"groups: {str(both[0])!r} is in the {name} and in the {other} images")


def draw_labeled(train: Arrays, budget: int | None, seed: int) -> Arrays:
    """The training images whose labels the pseudo-labeler may read: `budget` of them; all if None.

    Raises:
        InputError: if the budget is not smaller than the number of images, or is smaller than two images per class.
    """
    n = len(train["labels"])
    classes = len(train["class_names"])
    if budget is None:
        return dict(train)
    if not 2 * classes <= budget < n:
        raise InputError(
            f"label_budget must be between {2 * classes} (two images per class) and {n - 1} (all training images "
            f"but one; null means all {n}), got {budget}"
        )
    return draw_images(train, budget, seed)


def draw_images(train: Arrays, n: int, seed: int) -> Arrays:
    """`n` images at random, stratified by class if there are enough of each class."""
    from sklearn.model_selection import train_test_split

    labels = train["labels"]
    if n == len(labels):
        return dict(train)
    counts = np.unique_counts(labels).counts
    stratify = labels if min(n, len(labels) - n) >= len(counts) and counts.min() > 1 else None
    chosen, _ = train_test_split(np.arange(len(labels)), train_size=n, random_state=seed, stratify=stratify)
    return take(train, np.sort(chosen))


def _halves(train: Arrays, seed: int) -> np.ndarray:
    """0 or 1 for each image: one half of every class each; a group is in one half."""
    labels = train["labels"]
    if "groups" in train:
        half = np.zeros(len(labels), np.int8)
        half[by_group(train, 2, seed)[1]] = 1
        return half
    order = np.random.default_rng(seed).permutation(len(labels))
    half = np.zeros(len(labels), np.int8)
    for c in np.unique(labels):
        half[order[labels[order] == c][1::2]] = 1
    return half


def take(arrays: Arrays, indices: np.ndarray) -> Arrays:
    """These images, with the arrays that do not have one entry per image."""
    return {name: values if name in NAMES else gather(values, indices) for name, values in arrays.items()}
