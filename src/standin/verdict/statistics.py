"""How much better is one arm than another on the same test rows, and how sure is that?

The model: whether row i is called rightly by classifier c after training with generator g, less the same of the other
arm, is d[g, c, i]. Rows count as drawn at random, and so do generators and classifiers of which there are three or
more: each has an effect of its own, and each two have one together. The interval is then for generators trained anew,
classifiers trained anew and rows drawn anew (crossed random effects; Student's t with Satterthwaite's degrees of
freedom, Satterthwaite 1946). Fewer than three say nothing of others: the mean over them is taken, and the interval is
for them alone. Where that leaves rows only, it is a paired bootstrap over rows (Efron 1979).

Either is of two rows more than there are: one that only the first arm calls rightly, and one that only the second does
(Bonett and Price 2012). Without them, two arms that agree on each of thirty rows would leave no doubt.
"""

from collections.abc import Mapping
from itertools import combinations
from math import prod
from typing import NamedTuple

import numpy as np

ENOUGH = 3
"""So many generators, or classifiers, say something of others."""


class Difference(NamedTuple):
    """A difference of two accuracies (or of two recalls), as shares.

    Attributes:
        value: of the first minus the second.
        low, high: interval of it.
        p_not_above: one-sided p-value of "it is not above the value that it was held against".
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
        """Whether the interval is for generators in general, and not only for those that were trained."""
        return self.generators >= ENOUGH

    @property
    def of_any_classifier(self) -> bool:
        """Whether the interval is for classifiers of both arms in general, and not only for those that were trained."""
        return self.classifiers >= ENOUGH


def difference(
    right: np.ndarray,
    other: np.ndarray,
    *,
    above: float = 0.0,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Difference:
    """The difference between two arms that called the same test rows.

    Args:
        right: (generators, classifiers, rows) whether each call of the first arm is right.
        other: (classifiers, rows) the same of the second arm, paired by the classifier's seed; or (generators,
            classifiers, rows), paired by the generator too.
        above: what the difference is held against.
        confidence: of the interval, two-sided.
        resamples, seed: of the bootstrap.

    Raises:
        ValueError: if shapes do not fit, or there are fewer than two rows.
    """
    right, other = np.asarray(right, float), np.asarray(other, float)
    if right.ndim != 3 or right.shape[-1] < 2 or other.shape not in (right.shape, right.shape[1:]):
        raise ValueError(
            "right must be (generators, classifiers, at least two rows) and other of the same shape, or without "
            f"generators, got {right.shape} and {other.shape}"
        )
    found = np.pad(right - other, ((0, 0), (0, 0), (0, 2)))
    found[..., -2:] = 1, -1
    value = float(found.mean() * found.shape[-1] / right.shape[-1])
    few = tuple(axis for axis in (0, 1) if found.shape[axis] < ENOUGH)
    drawn = found.mean(axis=few)
    if drawn.ndim > 1:
        low, high, p = _random_effects(drawn, above, confidence)
    else:
        low, high, p = _bootstrap(drawn, above, confidence, resamples, seed)
    return Difference(value, max(-1.0, min(low, value)), min(1.0, max(high, value)), p, *right.shape[:2])


def _random_effects(found: np.ndarray, above: float, confidence: float) -> tuple[float, float, float]:
    """(..., rows), where each axis was drawn at random -> low, high, p."""
    from scipy import stats

    squares, freedom = mean_squares(found)
    # By chance the variance may come out less than that of one axis alone; then the larger stands.
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
    """The variance of the mean of a crossed layout, times its size, without bias.

    The mean squares of its axes, less those of each two together, which both hold, and so on.
    """
    return float(sum((-1) ** (len(axes) + 1) * square for axes, square in squares.items()))


def mean_squares(found: np.ndarray) -> tuple[dict[tuple[int, ...], float], dict[tuple[int, ...], int]]:
    """Analysis of variance of a crossed layout: axes -> mean square of their effect together, and its degrees of
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
    by_row: np.ndarray, above: float, confidence: float, resamples: int, seed: int
) -> tuple[float, float, float]:
    """(rows,) -> low, high, p."""
    # Rows have few different values: drawing how often each comes is drawing rows, and much faster.
    values, counts = np.unique(by_row, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(len(by_row), counts / len(by_row), size=resamples)
    means = drawn @ values / len(by_row)
    low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
    p = (1 + (means <= above).sum()) / (1 + resamples)
    return float(low), float(high), float(p)
