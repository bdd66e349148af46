"""Fewer real rows than there are: a small data set, or one in which some kind of image is missing.

What is cut here exists for nothing that is trained or compared; only judges, which score and never teach, may have
seen it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from standin.core.errors import InputError
from standin.data.split import take
from standin.io.large_arrays import gather

Arrays = dict[str, np.ndarray]
MIN_PER_CLASS = 2
"""Rows without which no model can be told of a class."""


def cut(train: Arrays, n_real: int | None, withheld_subset: Mapping[str, Any] | None, seed: int) -> Arrays:
    """Train rows without those that are not to be there.

    Args:
        train: all of them.
        n_real: how many to keep, each class by its share; None: all. A larger number keeps the same rows and more.
        hole: `class`, `attribute` (None: any) and `keep`, the share of such rows that stays, at least two of them
            where it is not 0; None: no hole.
        seed: of the draw.

    Returns:
        The rows that stay; with a hole also `missing` (classes,) int64, how many rows of each class it took out.

    Raises:
        InputError: if `n_real` leaves some class or half without two rows, or there is no such class or attribute.
    """
    if n_real is not None:
        train = take(train, _first_rows(train, n_real, seed))
        in_a, in_b = np.bincount(train["half"], minlength=2)
        if min(in_a, in_b) < MIN_PER_CLASS:
            raise InputError(
                f"n_real must leave rows in both halves of the train rows, of which no group stands in both, got "
                f"{n_real}, which leaves {in_a} and {in_b}"
            )
    if withheld_subset is None:
        return train
    inside = on_withheld(train, withheld_subset)
    order = np.random.default_rng(seed).permutation(np.flatnonzero(inside))
    gone = order[max(round(withheld_subset["keep"] * len(order)), MIN_PER_CLASS if withheld_subset["keep"] else 0) :]
    stay = np.setdiff1d(np.arange(len(inside)), gone)
    missing = np.bincount(train["labels"][gone], minlength=len(train["class_names"]))
    return take(train, stay) | {"missing": missing}


def on_withheld(rows: Arrays, withheld_subset: Mapping[str, Any]) -> np.ndarray:
    """(n,) bool: which rows are of the hole's class, and of its attribute where it names one.

    Raises:
        InputError: if there is no such class, no such attribute, or the rows have no attributes.
    """
    inside = rows["labels"] == _place(withheld_subset["class"], rows["class_names"].tolist(), "class")
    if withheld_subset["attribute"] is not None:
        names = rows["attribute_names"].tolist() if "attribute_names" in rows else []
        place = _place(withheld_subset["attribute"], names, "attribute")
        inside &= rows["attributes"] == place
    return inside


def imputed_images(synthetic: Arrays, missing: np.ndarray) -> Arrays:
    """Generated rows that take the place of those which a hole took out: those that were asked for, or of each class as
    many as the pseudo-labeler called so.

    Args:
        synthetic: labeled generated rows, with `imputed_images` and `imputed_labels` where the model was asked for them.
        missing: (classes,) how many rows of each class are missing.

    Returns:
        As `synthetic`, but for `images`, `labels` and `is_manual`.
    """
    if "imputed_images" in synthetic:
        own = {name: synthetic[f"imputed_{name}"] for name in ("images", "labels")}
        return synthetic | own | {"is_manual": np.zeros(len(own["labels"]), bool)}
    rows = np.concatenate([np.flatnonzero(synthetic["labels"] == label)[:n] for label, n in enumerate(missing)])
    return synthetic | {name: synthetic[name][rows] for name in ("images", "labels", "is_manual")}


def indices_like_withheld(train: Arrays) -> np.ndarray:
    """Indices of train rows that are of the classes of those which a hole took out, as many of each, in turn; none of a
    class that has no row left."""
    missing = train.get("missing", np.array([], np.int64))
    own = [(np.flatnonzero(train["labels"] == label), n) for label, n in enumerate(missing)]
    return np.concatenate([np.array([], np.int64), *(np.resize(rows, n) for rows, n in own if n and len(rows))])


def draw(images: Arrays, n: int, seed: int) -> Arrays:
    """At most `n` images at random, with their labels, conditions and attributes: those of an image folder are sorted
    by class. A smaller `n` draws the first of the same images."""
    chosen = np.random.default_rng(seed).permutation(len(images["images"]))[:n]
    names = ("images", "labels", "conditions", "attributes")
    return {name: gather(images[name], chosen) for name in names if name in images}


def _place(name: str, names: list[str], key: str) -> int:
    if name not in names:
        raise InputError(
            f"withheld_subset.{key} must be one of {', '.join(names) or 'none: these rows have none'}, got {name!r}"
        )
    return names.index(name)


def _first_rows(train: Arrays, n: int, seed: int) -> np.ndarray:
    """Indices of `n` rows, in their order."""
    labels = train["labels"]
    classes = len(train["class_names"])
    if not 2 * classes <= n <= len(labels):
        raise InputError(
            f"n_real must be between {2 * classes} (two rows a class) and {len(labels)} (the train rows), got {n}"
        )
    place = np.empty(len(labels))
    order = np.random.default_rng(seed).permutation(len(labels))
    for label in np.unique(labels):
        own = order[labels[order] == label]
        # Each class is spread evenly over [0, 1]: what is below any limit has the shares of the whole.
        place[own] = (np.arange(len(own)) + 0.5) / len(own)
    chosen = np.argsort(place, kind="stable")[:n]
    if np.bincount(labels[chosen], minlength=classes).min() < 2:
        raise InputError(f"n_real must leave two rows of each class, got {n} for classes of very different sizes")
    return np.sort(chosen)
