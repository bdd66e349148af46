"""Splitting first: which rows are train, validation and test, decided once by a seed, before anything looks at them.

A source with its own test rows keeps them, and its training rows split 90/10, stratified by class; one without splits
70/15/15. Equal images count as one row: copies are dropped, and where a copy stands in two splits, the test row stays.
Rows of one group (a patient, a camera) stay together.
"""

import warnings

import numpy as np

from standin.core.errors import InputError
from standin.core.leakage import image_hashes
from standin.data.source import Arrays, Source
from standin.io.large_arrays import gather

VALIDATION_SHARE = 0.10
HELD_OUT_SHARE = 0.15
NAMES = ("class_names", "condition_names", "attribute_names", "missing")
"""Arrays that are not one entry a row."""


def split(source: Source, seed: int) -> dict[str, Arrays]:
    """Train, validation and test rows, disjoint by image.

    Returns:
        "train", "validation", "test" -> arrays, each with `class_names` beside images, labels and row ids (and
        `condition_names` beside conditions, `attribute_names` beside attributes); train rows have `half` too, 0 (A) or
        1 (B), stratified by class, and `groups`, where there are any.

    Raises:
        InputError: if a class has too few different images to be in each split, there are too few groups, or one stands
            in two splits of the source.
    """
    distinct = _drop_copies(source.splits)
    _check_groups(distinct)
    train = distinct["train"]
    if "test" in distinct:
        test = distinct["test"]
    else:
        train, test = _held_out(train, HELD_OUT_SHARE, seed, source.class_names)
    if "validation" in distinct:
        validation = distinct["validation"]
    else:
        share = VALIDATION_SHARE if "test" in distinct else HELD_OUT_SHARE / (1 - HELD_OUT_SHARE)
        train, validation = _held_out(train, share, seed, source.class_names)
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


def _held_out(arrays: Arrays, share: float, seed: int, class_names: tuple[str, ...]) -> tuple[Arrays, Arrays]:
    from sklearn.model_selection import train_test_split

    counts = np.bincount(arrays["labels"], minlength=len(class_names))
    if counts.min() < 2 or round(share * len(arrays["labels"])) < len(class_names):
        rarest = class_names[int(counts.argmin())]
        raise InputError(
            f"each class needs enough different images for train, validation and test rows, "
            f"class {rarest!r} has {counts.min()} of {counts.sum()}"
        )
    if "groups" in arrays:
        stay, out = by_group(arrays, round(1 / share), seed)
    else:
        rows = np.arange(len(arrays["labels"]))
        stay, out = train_test_split(rows, test_size=share, random_state=seed, stratify=arrays["labels"])
    for part in (stay, out):
        lost = np.bincount(arrays["labels"][part], minlength=len(class_names)) == 0
        if lost.any():
            rarest = class_names[int(lost.argmax())]
            raise InputError(
                f"groups: each class needs enough of them for train, validation and test rows, all images of class "
                f"{rarest!r} are in too few"
                if "groups" in arrays
                else f"each class needs enough different images for train, validation and test rows, class {rarest!r} "
                f"has {counts[lost.argmax()]} of {counts.sum()}"
            )
    return take(arrays, np.sort(stay)), take(arrays, np.sort(out))


def by_group(arrays: Arrays, parts: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows that stay and rows that go: one part in so many, in whole groups, classes in about their shares."""
    from sklearn.model_selection import StratifiedGroupKFold

    groups = len(np.unique(arrays["groups"]))
    if groups < parts:
        raise InputError(f"groups: there must be at least {parts}, since none is split, got {groups}")
    folds = StratifiedGroupKFold(parts, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a class of few rows: `_held_out` looks whether it is everywhere
        return next(folds.split(arrays["groups"], arrays["labels"], arrays["groups"]))


def _check_groups(splits: dict[str, Arrays]) -> None:
    names = [name for name, arrays in splits.items() if "groups" in arrays]
    for i, name in enumerate(names):
        for other in names[i + 1 :]:
            both = np.intersect1d(splits[name]["groups"], splits[other]["groups"])
            if len(both):
                raise InputError(f"groups: {str(both[0])!r} stands in the {name} rows and in the {other} rows")


def draw_labeled(train: Arrays, budget: int | None, seed: int) -> Arrays:
    """The train rows whose labels may be read for labeling: `budget` of them; all if None.

    Raises:
        InputError: if the budget is not smaller than the rows, or smaller than two rows a class.
    """
    rows = len(train["labels"])
    classes = len(train["class_names"])
    if budget is None:
        return dict(train)
    if not 2 * classes <= budget < rows:
        raise InputError(
            f"label_budget must be between {2 * classes} (two rows a class) and {rows - 1} (all train rows but one; "
            f"null means all {rows}), got {budget}"
        )
    return draw_images(train, budget, seed)


def draw_images(train: Arrays, n: int, seed: int) -> Arrays:
    """`n` rows at random, of every class its share where there are enough of each for that."""
    from sklearn.model_selection import train_test_split

    labels = train["labels"]
    if n == len(labels):
        return dict(train)
    counts = np.unique_counts(labels).counts
    stratify = labels if min(n, len(labels) - n) >= len(counts) and counts.min() > 1 else None
    chosen, _ = train_test_split(np.arange(len(labels)), train_size=n, random_state=seed, stratify=stratify)
    return take(train, np.sort(chosen))


def _halves(train: Arrays, seed: int) -> np.ndarray:
    """0 or 1 for each row: of every class, one half each; a group is in one half."""
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


def take(arrays: Arrays, rows: np.ndarray) -> Arrays:
    """These rows, with all that is not one entry a row."""
    return {name: values if name in NAMES else gather(values, rows) for name, values in arrays.items()}
