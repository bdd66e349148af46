"""The difference in accuracy between two arms on the same test images, with its uncertainty.

The model: d[g, c, i] is whether classifier c, after training with generator g, is correct on image i, minus the same of
the other arm. Images are random effects, and so are generators and classifiers if at least three of them were trained,
with all interactions (crossed random effects; Student's t with Satterthwaite's degrees of freedom, Satterthwaite 1946).
The interval then includes the variation between trainings. With fewer than three, their mean is taken, and the interval
holds for these trainings only. If images are the only random effect, it is a paired bootstrap over images (Efron 1979).

Both methods add two images: one that only the first arm gets right, and one that only the second does (Bonett and Price
2012). Otherwise two arms that agree on each of thirty images would have an interval without width.
"""

from collections.abc import Mapping
from itertools import combinations
from math import prod
from typing import Any, NamedTuple

import numpy as np

MIN_TRAININGS = 3
"""Number of generators, or classifiers, from which the variation between trainings is estimated."""


class Difference(NamedTuple):
    """A difference of two accuracies (or recalls), in [-1, 1].

    Attributes:
        value: the first minus the second.
        low, high: its interval.
        p_not_above: one-sided p-value of the hypothesis that it is not above the tested value.
        generators: number of trained generators of the first arm.
        classifiers: number of trained classifiers of each arm, for each generator.
    """

    value: float
    low: float
    high: float
    p_not_above: float
    generators: int
    classifiers: int

    def in_pp(self) -> dict[str, Any]:
        """The fields of `standin.verdict.schema.Comparison`, in percentage points."""
        return {
            "pp": 100 * self.value,
            "low": 100 * self.low,
            "high": 100 * self.high,
            "of_any_generator": self.generators >= MIN_TRAININGS,
            "of_any_classifier": self.classifiers >= MIN_TRAININGS,
        }


def difference(
    correct: np.ndarray,
    other: np.ndarray,
    *,
    above: float = 0.0,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
    groups: np.ndarray | None = None,
) -> Difference:
    """The difference between two arms on the same test images.

    Args:
        correct: (generators, classifiers, images) whether each prediction of the first arm is correct.
        other: (classifiers, images) the same of the second arm, paired by classifier seed; or (generators, classifiers,
            images), paired by generator as well.
        above: the value that the difference is tested against.
        confidence: of the two-sided interval.
        resamples, seed: of the bootstrap.
        groups: (images,) of any type; images of one group, such as one patient, are not independent. Then groups take
            the place of images as a random effect, also with single trainings (Student's t).

    Raises:
        ValueError: if shapes do not match, or there are fewer than two images.
    """
    correct, other = np.asarray(correct, float), np.asarray(other, float)
    if correct.ndim != 3 or correct.shape[-1] < 2 or other.shape not in (correct.shape, correct.shape[1:]):
        raise ValueError(
            "correct must be (generators, classifiers, at least two images) and other of the same shape, or without "
            f"generators, got {correct.shape} and {other.shape}"
        )
    padded = np.pad(correct - other, ((0, 0), (0, 0), (0, 2)))
    padded[..., -2:] = 1, -1
    value = float(padded.mean() * padded.shape[-1] / correct.shape[-1])
    if groups is not None:
        # The added images belong to two of the groups: as groups they would count as much as the others.
        padded = by_group(padded, np.append(np.unique(groups, return_inverse=True)[1], [0, 1]))
    fixed = tuple(axis for axis in (0, 1) if padded.shape[axis] < MIN_TRAININGS)
    random = padded.mean(axis=fixed)
    if random.ndim > 1 or groups is not None:
        low, high, p = _random_effects(random, above, confidence)
    else:
        low, high, p = _bootstrap(random, above, confidence, resamples, seed)
    return Difference(value, max(-1.0, min(low, value)), min(1.0, max(high, value)), p, *correct.shape[:2])


def by_group(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """(..., images) values -> (..., groups) values with the same mean, and the variance that belongs to it: the mean of
    images is a ratio of sums over groups, linearized around its value (Cochran 1977, Sampling Techniques, section 6.3).
    """
    _, index, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    order, starts = np.argsort(index, kind="stable"), np.cumsum(sizes) - sizes
    mean = values.mean(axis=-1, keepdims=True)
    deviations = np.add.reduceat((values - mean)[..., order], starts, axis=-1)
    return np.asarray(mean + deviations * len(sizes) / len(groups))


def _random_effects(values: np.ndarray, above: float, confidence: float) -> tuple[float, float, float]:
    """(..., images), where each axis is a random effect -> low, high, p."""
    from scipy import stats

    squares, freedom = mean_squares(values)
    # By chance the estimate may be less than that of one axis alone; then the larger is used.
    largest = max((axes for axes in squares if len(axes) == 1), key=lambda axes: squares[axes])
    square, free = squares[largest], float(freedom[largest])
    combined = square_of_mean(squares)
    if combined > square:
        square = combined
        free = combined**2 / sum(squares[axes] ** 2 / freedom[axes] for axes in squares)
    mean = values.mean()
    t, error = stats.t(free), np.sqrt(square / values.size)
    reach = t.ppf((1 + confidence) / 2) * error
    return float(mean - reach), float(mean + reach), float(t.sf((mean - above) / error))


def square_of_mean(squares: Mapping[tuple[int, ...], float]) -> float:
    """The variance of the mean of a crossed layout, times its size, unbiased: the mean squares of its axes, minus those
    of their interactions, and so on (inclusion and exclusion)."""
    return float(sum((-1) ** (len(axes) + 1) * square for axes, square in squares.items()))


def mean_squares(values: np.ndarray) -> tuple[dict[tuple[int, ...], float], dict[tuple[int, ...], int]]:
    """Analysis of variance of a crossed layout: axes -> mean square of their interaction, and its degrees of
    freedom."""
    axes = range(values.ndim)
    effects: dict[tuple[int, ...], np.ndarray] = {(): values.mean(keepdims=True)}
    squares, freedom = {}, {}
    for subset in (subset for size in axes for subset in combinations(axes, size + 1)):
        others = tuple(axis for axis in axes if axis not in subset)
        smaller = [effect for axes_of, effect in effects.items() if set(axes_of) < set(subset)]
        effects[subset] = values.mean(axis=others, keepdims=True) - sum(smaller)
        freedom[subset] = prod(values.shape[axis] - 1 for axis in subset)
        total = float(np.square(effects[subset]).sum()) * values.size / effects[subset].size
        squares[subset] = total / freedom[subset]
    return squares, freedom


def _bootstrap(
    by_image: np.ndarray, above: float, confidence: float, resamples: int, seed: int
) -> tuple[float, float, float]:
    """(images,) -> low, high, p."""
    # Images have few distinct values: sampling how often each occurs is the same as sampling images, and much faster.
    values, counts = np.unique(by_image, return_counts=True)
    sampled = np.random.default_rng(seed).multinomial(len(by_image), counts / len(by_image), size=resamples)
    means = sampled @ values / len(by_image)
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    p = (1 + (means <= above).sum()) / (1 + resamples)
    return float(low), float(high), float(p)
