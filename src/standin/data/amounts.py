"""Too few images to decide anything: of all test images, or of a class. Known once the images are split."""

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

MIN_IMAGES = 10
"""A class with fewer training or test images is reported."""
FAR_PP = 5.0
"""Too few test images: they resolve only differences above so many percentage points, the usual margin being 1."""
DISAGREEMENT = 0.1
"""Proportion of test images on which one of two classifiers is right, before any is trained."""
SHOWN = 5


class Warned(NamedTuple):
    """A warning.

    Attributes:
        sentence: in words.
        classes: names of those whose answer cannot be yes for this reason; None: all.
    """

    sentence: str
    classes: tuple[str, ...] | None = ()


def warn_of_few_test_images(n: int) -> list[Warned]:
    """If hardly any difference could be resolved. If one of two classifiers alone is right on a proportion d of n
    images, the interval of their difference is about 1.96 sqrt(d / n) to each side."""
    resolved = 196 * math.sqrt(DISAGREEMENT / max(n, 1))
    if resolved <= FAR_PP:
        return []
    needed = two_digits(n * resolved**2)
    return [
        Warned(
            f"{n:,} test images resolve only differences above about {resolved:.0f} percentage points, so that most "
            f"answers will be undecided; 1 percentage point takes about {needed:,}."
        )
    ]


def warn_of_small_classes(
    training: np.ndarray, test: np.ndarray, names: Sequence[str], withheld: Collection[str] = ()
) -> list[Warned]:
    """Classes without test images or with fewer than `MIN_IMAGES` training or test images.

    Args:
        training, test: (n,) labels.
        names: of the classes.
        withheld: classes whose training images were left out on purpose.
    """
    counted = {"training": np.bincount(training, minlength=len(names)), "test": np.bincount(test, minlength=len(names))}
    missing = [name for name, n in zip(names, counted["test"], strict=True) if not n]
    warned = []
    if missing:
        them = "it" if len(missing) == 1 else "them"
        sentence = f"No test image is of {classes_in_words(missing)}: nothing is measured on {them}."
        warned.append(Warned(sentence, tuple(missing)))
    for split, counts in counted.items():
        left_out = {*withheld} if split == "training" else {*missing}
        few = {name: n for name, n in zip(names, counts, strict=True) if n < MIN_IMAGES and name not in left_out}
        if few:
            listed = [f"{name!r} ({n})" for name, n in few.items()]
            warned.append(
                Warned(
                    f"Fewer than {MIN_IMAGES} {split} images of {plural(listed)}: no answer on "
                    f"{'this class' if len(few) == 1 else 'these classes'} is yes.",
                    tuple(few),
                )
            )
    return warned


def classes_in_words(names: Sequence[str]) -> str:
    """`class 'cat'`, `classes 'cat' and 'dog'`."""
    return plural([repr(name) for name in names])


def plural(listed: Sequence[str]) -> str:
    return f"class{'es' if len(listed) > 1 else ''} {listed_in_words(listed)}"


def listed_in_words(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; of many the first ones and how many more."""
    parts = [*parts[:SHOWN], f"{len(parts) - SHOWN} more"] if len(parts) > SHOWN + 1 else [*parts]
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else "".join(parts)


def two_digits(n: float) -> int:
    """A number of images with two significant digits: 1,873 -> 1,900."""
    return round(round(n), 1 - math.floor(math.log10(n))) if n >= 1 else 0
