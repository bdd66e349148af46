"""How much better is one arm than another on the same test images, and how certain is that?

The model: d[g, c, i] is whether classifier c, after training with generator g, is correct on image i, minus the same of
the other arm. Images are random effects, and so are generators and classifiers where there are three or more of them,
with all interactions (crossed random effects; Student's t with Satterthwaite's degrees of freedom, Satterthwaite 1946).
The interval then includes the variation between trainings. Of fewer than three the mean is taken, and the interval
holds for them only. Where images are the only random effect, it is a paired bootstrap over images (Efron 1979).

Both use two images more than there are: one that only the first arm gets right, and one that only the second does
(Bonett and Price 2012). Without them, two arms that agree on each of thirty images would leave no doubt.
"""

from collections.abc import Mapping
from itertools import combinations
from math import prod
from typing import NamedTuple

import numpy as np

MIN_TRAININGS = 3
"""Generators, or classifiers, from which the variation between trainings is estimated."""


class Difference(NamedTuple):
    """A difference of two accuracies (or recalls), in [-1, 1].

    Attributes:
        value: of the first minus the second.
        low, high: interval of it.
        p_not_above: one-sided p-value of "it is not above the value that it was tested against".
        generators: how many the first arm was trained with.
        classifiers: how many were trained in each arm for each generator.
    """

    value: float
    low: float
    high: float
    p_not_above: float
    generators: int
    classifiers: int

    @property
    def of_any_generator(self) -> bool:
        """Whether the interval includes the variation between trainings of the generator."""
        return self.generators >= MIN_TRAININGS

    @property
    def of_any_classifier(self) -> bool:
        """Whether the interval includes the variation between trainings of the classifiers of both arms."""
        return self.classifiers >= MIN_TRAININGS


def difference(
    right: np.ndarray,
    other: np.ndarray,
    *,
    above: float = 0.0,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Difference:
    """The difference between two arms on the same test images.

    Args:
        right: (generators, classifiers, images) whether each prediction of the first arm is correct.
        other: (classifiers, images) the same of the second arm, paired by the classifier's seed; or (generators,
            classifiers, images), paired by the generator too.
        above: what the difference is tested against.
        confidence: of the interval, two-sided.
        resamples, seed: of the bootstrap.

    Raises:
        ValueError: if shapes do not fit, or there are fewer than two images.
    """
    right, other = np.asarray(right, float), np.asarray(other, float)
    if right.ndim != 3 or right.shape[-1] < 2 or other.shape not in (right.shape, right.shape[1:]):
        raise ValueError(
            "right must be (generators, classifiers, at least two images) and other of the same shape, or without "
            f"generators, got {right.shape} and {other.shape}"
        )
    found = np.pad(right - other, ((0, 0), (0, 0), (0, 2)))
    found[..., -2:] = 1, -1
    value = float(found.mean() * found.shape[-1] / right.shape[-1])
    few = tuple(axis for axis in (0, 1) if found.shape[axis] < MIN_TRAININGS)
    drawn = found.mean(axis=few)
    if drawn.ndim > 1:
        low, high, p = _random_effects(drawn, above, confidence)
    else:
        low, high, p = _bootstrap(drawn, above, confidence, resamples, seed)
    return Difference(value, max(-1.0, min(low, value)), min(1.0, max(high, value)), p, *right.shape[:2])


def _random_effects(found: np.ndarray, above: float, confidence: float) -> tuple[float, float, float]:
    """(..., images), where each axis is a random effect -> low, high, p."""
    from scipy import stats

    squares, freedom = mean_squares(found)
    # By chance the estimate may be less than that of one axis alone; then the larger is used.
    alone = max((axes for axes in squares if len(axes) == 1), key=lambda axes: squares[axes])
    square, free = squares[alone], float(freedom[alone])
    whole = square_of_mean(squares)
    if whole > square:
        square = whole
        free = whole**2 / sum(squares[axes] ** 2 / freedom[axes] for axes in squares)
    value = found.mean()
    t, error = stats.t(free), np.sqrt(square / found.size)
    reach = t.ppf((1 + confidence) / 2) * error
    return float(value - reach), float(value + reach), float(t.sf((value - above) / error))


def square_of_mean(squares: Mapping[tuple[int, ...], float]) -> float:
    """The variance of the mean of a crossed layout, times its size, unbiased: the mean squares of its axes, minus those
    of their interactions, and so on (inclusion and exclusion)."""
    return float(sum((-1) ** (len(axes) + 1) * square for axes, square in squares.items()))


def mean_squares(found: np.ndarray) -> tuple[dict[tuple[int, ...], float], dict[tuple[int, ...], int]]:
    """Analysis of variance of a crossed layout: axes -> mean square of their interaction, and its degrees of
    freedom."""
    axes = range(found.ndim)
    effects: dict[tuple[int, ...], np.ndarray] = {(): found.mean(keepdims=True)}
    squares, freedom = {}, {}
    for several in (own for size in axes for own in combinations(axes, size + 1)):
        others = tuple(axis for axis in axes if axis not in several)
        within = [effect for own, effect in effects.items() if set(own) < set(several)]
        effects[several] = found.mean(axis=others, keepdims=True) - sum(within)
        freedom[several] = prod(found.shape[axis] - 1 for axis in several)
        total = float(np.square(effects[several]).sum()) * found.size / effects[several].size
        squares[several] = total / freedom[several]
    return squares, freedom


def _bootstrap(
    by_image: np.ndarray, above: float, confidence: float, resamples: int, seed: int
) -> tuple[float, float, float]:
    """(images,) -> low, high, p."""
    # Images have few different values: drawing how often each occurs is drawing images, and much faster.
    values, counts = np.unique(by_image, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(len(by_image), counts / len(by_image), size=resamples)
    means = drawn @ values / len(by_image)
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    p = (1 + (means <= above).sum()) / (1 + resamples)
    return float(low), float(high), float(p)
