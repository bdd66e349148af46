"""Subsets of the real training images: a small data set, or one without a withheld subset.

Images that are left out are used only by reference models, which only score images.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from standin.core.errors import InputError
from standin.core.types import Arrays
from standin.core.validation import did_you_mean
from standin.data.split import take
from standin.io.large_arrays import gather

MIN_PER_CLASS = 2
"""Minimum number of images of a class for a model."""


def subset(train: Arrays, n_real: int | None, withheld_subset: Mapping[str, Any] | None, seed: int) -> Arrays:
    """The training images to use.

    Args:
        train: all training images.
        n_real: how many to keep, stratified by class; None: all. A larger number keeps the same images and more.
        withheld_subset: `class`, `attribute` (None: any) and `keep`, the fraction of these images that stays (at least
            two images unless it is 0); None: nothing is withheld.
        seed: of the draw.

    Returns:
        The images that stay; with a withheld subset also `missing` (classes,) int64, the number of withheld images of
        each class.

    Raises:
        InputError: `n_real` leaves a class or half with fewer than two images, or the class or attribute is unknown.
    """
    if n_real is not None:
        train = take(train, _first_images(train, n_real, seed))
        in_a, in_b = np.bincount(train["half"], minlength=2)
        if min(in_a, in_b) < MIN_PER_CLASS:
            raise InputError(
                f"n_real must leave images in both halves of the training images, which share no group, got "
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


def on_withheld(images: Arrays, withheld_subset: Mapping[str, Any]) -> np.ndarray:
    """(n,) bool: which images have the class of the withheld subset, and its attribute if it names one.

    Raises:
        InputError: the class or the attribute is unknown.
    """
    inside = images["labels"] == _place(withheld_subset["class"], images["class_names"].tolist(), "class")
    if withheld_subset["attribute"] is not None:
        names = images["attribute_names"].tolist() if "attribute_names" in images else []
        place = _place(withheld_subset["attribute"], names, "attribute")
        inside &= images["attributes"] == place
    return inside


def imputed_images(synthetic: Arrays, missing: np.ndarray) -> Arrays:
    """Generated images that replace withheld ones: a conditional model generated them for this; otherwise, the first
    images with each label.

    Args:
        synthetic: labeled generated images, with `imputed_images` and `imputed_labels` of conditional models.
        missing: (classes,) number of withheld images of each class.

    Returns:
        `synthetic` with other `images`, `labels` and `is_manual`.
    """
    if "imputed_images" in synthetic:
        imputed = {name: synthetic[f"imputed_{name}"] for name in ("images", "labels")}
        return synthetic | imputed | {"is_manual": np.zeros(len(imputed["labels"]), bool)}
    chosen = np.concatenate([np.flatnonzero(synthetic["labels"] == label)[:n] for label, n in enumerate(missing)])
    return synthetic | {name: synthetic[name][chosen] for name in ("images", "labels", "is_manual")}


def indices_like_withheld(train: Arrays) -> np.ndarray:
    """Indices of training images with the classes of the withheld ones, repeated to the same number per class; none of
    a class without remaining images."""
    missing = train.get("missing", np.array([], np.int64))
    remaining = [(np.flatnonzero(train["labels"] == label), n) for label, n in enumerate(missing)]
    repeated = [np.resize(indices, n) for indices, n in remaining if n and len(indices)]
    return np.concatenate([np.array([], np.int64), *repeated])


def draw(images: Arrays, n: int, seed: int) -> Arrays:
    """At most `n` random images with their labels, conditions and attributes. A smaller `n` draws the first of the same
    images."""
    chosen = np.random.default_rng(seed).permutation(len(images["images"]))[:n]
    names = ("images", "labels", "conditions", "attributes")
    return {name: gather(images[name], chosen) for name in names if name in images}


def _place(name: str, names: list[str], key: str) -> int:
    if name not in names:
        raise InputError(f"withheld_subset.{key}: there is no {key} {name!r}{did_you_mean(name, names)}")
    return names.index(name)


def _first_images(train: Arrays, n: int, seed: int) -> np.ndarray:
    """Indices of `n` images in ascending order."""
    labels, least = train["labels"], MIN_PER_CLASS * len(train["class_names"])
    if not least <= n <= len(labels):
        raise InputError(
            f"n_real must be between {least} (two images per class) and {len(labels)} (all images), got {n}"
        )
    place = np.empty(len(labels))
    order = np.random.default_rng(seed).permutation(len(labels))
    for label in np.unique(labels):
        of_class = order[labels[order] == label]
        # Spreads each class evenly over [0, 1], so that the images below any limit are stratified by class.
        place[of_class] = (np.arange(len(of_class)) + 0.5) / len(of_class)
    chosen = np.argsort(place, kind="stable")[:n]
    if np.bincount(labels[chosen], minlength=len(train["class_names"])).min() < MIN_PER_CLASS:
        raise InputError(f"n_real must leave two images of each class, got {n} for classes of very different sizes")
    return np.sort(chosen)
