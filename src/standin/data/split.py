"""Splits images into training, validation and test by a seed, before anything else reads them.

A source with test images keeps them, and its training images are split 90/10, stratified by class; other sources are
split 70/15/15. Images of one group (a patient, a camera) stay together. A source with groups has 10% validation images,
and more test images if groups are few, since intervals count groups. `standin.data.copies` drops equal images first.
"""

import itertools
import math
import warnings

import numpy as np

from standin.core.errors import InputError
from standin.core.types import Arrays
from standin.data.source import Source
from standin.io.large_arrays import gather

VALIDATION_FRACTION = 0.10
HELD_OUT_FRACTION = 0.15
MEMORIZATION_FRACTION = 0.10
MIN_GROUPS = 7
MIN_TEST_GROUPS = 5
"""About so many groups are among the test images, if these are then not more than a third of all images."""
NAMES = ("class_names", "condition_names", "attribute_names", "missing", "same_source")
"""Arrays that do not have one entry per image."""


def split(source: Source, seed: int) -> dict[str, Arrays]:
    """Training, validation and test images.

    Args:
        source: without equal images.

    Returns:
        "train", "validation", "test", "held_out" -> arrays, with `images`, `labels`, `image_ids`, `class_names`, and
        the source's `conditions` with `condition_names` and `attributes` with `attribute_names`; training arrays have
        `half`, 0 (A) or 1 (B), stratified by class; test arrays have `same_source` (),
        whether they were drawn from the same images as training images. `held_out` images serve the memorization test:
        a tenth of the images of the groups in training, since other groups look different from all that is generated;
        none without groups, where validation images serve.

    Raises:
        InputError: a class has too few different images for all splits, the groups are too few, or a group is in two
            splits of the source.
    """
    _check_groups(source.splits)
    train, test, validation = source.splits["train"], source.splits.get("test"), source.splits.get("validation")
    has_groups, same_source = "groups" in train, test is None
    fraction = VALIDATION_FRACTION if test or has_groups else HELD_OUT_FRACTION / (1 - HELD_OUT_FRACTION)
    if test is None:
        train, test = hold_out(train, _test_fraction(train), seed, source.class_names)
    test = test | {"same_source": np.array(same_source)}
    if validation is None:
        train, validation = hold_out(train, fraction, seed, source.class_names)
    train, held_out = _from_training_groups(train, seed)
    names = {name: np.array(values) for name in NAMES[:3] if (values := getattr(source, name))}
    parts = {
        "train": train | {"half": halves(train, seed)},
        "validation": validation,
        "test": test,
        "held_out": held_out,
    }
    return {
        part: {name: array for name, array in arrays.items() if part in ("train", "test") or name != "groups"} | names
        for part, arrays in parts.items()
    }


def _test_fraction(arrays: Arrays) -> float:
    if "groups" not in arrays:
        return HELD_OUT_FRACTION
    return max(HELD_OUT_FRACTION, min(1 / 3, MIN_TEST_GROUPS / len(np.unique(arrays["groups"]))))


def hold_out(arrays: Arrays, fraction: float, seed: int, class_names: tuple[str, ...]) -> tuple[Arrays, Arrays]:
    """The images that stay, and a fraction of every class; no group is divided.

    Raises:
        InputError: a class has too few images or groups.
    """
    from sklearn.model_selection import train_test_split

    labels = arrays["labels"]
    counts = np.bincount(labels, minlength=len(class_names))

    def too_few(label: int) -> InputError:
        return InputError(
            f"each class needs enough different images for training, validation and test, class "
            f"{class_names[label]!r} has {counts[label]} of {counts.sum()}; {math.ceil(1 / fraction)} are enough"
        )

    if counts.min() < 2 or round(fraction * len(labels)) < len(class_names):
        raise too_few(int(counts.argmin()))
    if "groups" in arrays:
        stay, out = by_group(arrays, min(round(1 / fraction), len(np.unique(arrays["groups"]))), seed)
    else:
        stay, out = train_test_split(np.arange(len(labels)), test_size=fraction, random_state=seed, stratify=labels)
    for part in (stay, out):
        lost = np.bincount(labels[part], minlength=len(class_names)) == 0
        if lost.any() and "groups" in arrays:
            raise InputError(
                f"groups: each class needs enough of them for training, validation and test; all images of class "
                f"{class_names[int(lost.argmax())]!r} are in too few groups"
            )
        if lost.any():
            raise too_few(int(lost.argmax()))
    return take(arrays, np.sort(stay)), take(arrays, np.sort(out))


def by_group(arrays: Arrays, parts: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices of images that stay and of held-out ones: one of `parts`, in whole groups, about stratified by class."""
    from sklearn.model_selection import StratifiedGroupKFold

    groups = len(np.unique(arrays["groups"]))
    if groups < parts:
        raise InputError(f"groups: there must be at least {parts}, since groups are not divided, got {groups}")
    folds = StratifiedGroupKFold(parts, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # A class has few images: `_held_out` checks that all classes are in each part.
        warnings.simplefilter("ignore", UserWarning)
        return next(folds.split(arrays["groups"], arrays["labels"], arrays["groups"]))


def _from_training_groups(train: Arrays, seed: int) -> tuple[Arrays, Arrays]:
    """Most of the training images, and a tenth, whose groups all have other images in training; none without groups."""
    order = np.random.default_rng(seed).permutation(len(train["labels"]))
    groups = train.get("groups", np.arange(len(order)))
    _, first = np.unique(groups[order], return_index=True)
    out = np.sort(np.delete(order, first)[: round(MEMORIZATION_FRACTION * len(order))])
    return take(train, np.setdiff1d(order, out)), take(train, out)


def _check_groups(splits: dict[str, Arrays]) -> None:
    if "groups" in splits["train"] and (n := len(np.unique(splits["train"]["groups"]))) < MIN_GROUPS:
        raise InputError(f"groups: there must be at least {MIN_GROUPS}, since groups are not divided, got {n}")
    groups = {name: arrays["groups"] for name, arrays in splits.items() if "groups" in arrays}
    for first, second in itertools.combinations(groups, 2):
        both = np.intersect1d(groups[first], groups[second])
        if len(both):
            raise InputError(f"groups: {str(both[0])!r} is in the {first} and in the {second} images")


def draw_labeled(train: Arrays, budget: int | None, seed: int) -> Arrays:
    """The training images whose labels the pseudo-labeler may read: `budget` of them; None: all.

    Raises:
        InputError: the budget is not smaller than the number of images, or is smaller than two images per class.
    """
    n, least = len(train["labels"]), 2 * len(train["class_names"])
    if budget is None:
        return dict(train)
    if not least <= budget < n:
        raise InputError(
            f"label_budget must be between {least} (two images per class) and {n - 1} (all training images "
            f"but one; null means all {n}), got {budget}"
        )
    return draw_images(train, budget, seed)


def draw_images(train: Arrays, n: int, seed: int) -> Arrays:
    """`n` random images, stratified by class if each class has enough."""
    from sklearn.model_selection import train_test_split

    labels = train["labels"]
    if n == len(labels):
        return dict(train)
    counts = np.unique_counts(labels).counts
    stratify = labels if min(n, len(labels) - n) >= len(counts) and counts.min() > 1 else None
    chosen, _ = train_test_split(np.arange(len(labels)), train_size=n, random_state=seed, stratify=stratify)
    return take(train, np.sort(chosen))


def halves(arrays: Arrays, seed: int) -> np.ndarray:
    """(n,) 0 or 1 for each image, half of every class each; a group is in one half."""
    labels = arrays["labels"]
    half = np.zeros(len(labels), np.int8)
    if "groups" in arrays:
        half[by_group(arrays, 2, seed)[1]] = 1
        return half
    order = np.random.default_rng(seed).permutation(len(labels))
    for label in np.unique(labels):
        half[order[labels[order] == label][1::2]] = 1
    return half


def take(arrays: Arrays, indices: np.ndarray) -> Arrays:
    """These images, and the arrays without one entry per image."""
    return {name: values if name in NAMES else gather(values, indices) for name, values in arrays.items()}
