"""How much better is one arm than another on the same test rows, and how sure is that?

The model: whether row i is called rightly after training with generator g is a mean over classifier seeds; its
difference from the other arm, d[g, i], has an effect of the generator, one of the row, and the rest. With three
generators or more, both count as drawn at random, and the interval is for a generator trained anew and rows drawn anew
(two-way random effects; Student's t with Satterthwaite's degrees of freedom, Satterthwaite 1946). With fewer nothing
is known of other generators, and a paired bootstrap over rows (Efron 1979) speaks of the trained generators alone.

Either is of two rows more than there are: one that only the first arm calls rightly, and one that only the second does
(Bonett and Price 2012). Without them, two arms that agree on each of thirty rows would leave no doubt.
"""

from typing import NamedTuple

import numpy as np

ENOUGH_GENERATORS = 3


class Difference(NamedTuple):
    """A difference of two accuracies (or of two recalls), as shares.

    Attributes:
        value: of the first minus the second.
        low, high: interval of it.
        p_not_above: one-sided p-value of "it is not above the value that it was held against".
        generators: how many the first arm was trained with.
    """

    value: float
    low: float
    high: float
    p_not_above: float
    generators: int

    @property
    def of_any_generator(self) -> bool:
        """Whether the interval is for generators in general, and not only for those that were trained."""
        return self.generators >= ENOUGH_GENERATORS


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
    found = (right - other).mean(axis=1)  # (generators, rows)
    value, generators = float(found.mean()), len(found)
    found = np.concatenate([found, np.ones((generators, 1)), -np.ones((generators, 1))], axis=1)
    if generators >= ENOUGH_GENERATORS:
        low, high, p = _random_effects(found, above, confidence)
    else:
        low, high, p = _bootstrap(found.mean(axis=0), above, confidence, resamples, seed)
    return Difference(value, min(low, value), max(high, value), p, generators)


def _random_effects(found: np.ndarray, above: float, confidence: float) -> tuple[float, float, float]:
    """(generators, rows) -> low, high, p."""
    from scipy import stats

    generators, rows = found.shape
    value = found.mean()
    of_generators, of_rows = found.mean(axis=1), found.mean(axis=0)
    rest = found - of_generators[:, None] - of_rows + value
    # Mean squares of the two-way layout. The variance of the mean is (generators + rows - rest) / (all): the rest is in
    # either of the first two, and would count twice. By chance it may be more than one of them; then the other stands.
    squares = np.array([rows * of_generators.var(ddof=1), generators * of_rows.var(ddof=1)])
    freedom = np.array([generators - 1, rows - 1])
    of_rest = np.square(rest).sum() / freedom.prod()
    larger = squares.argmax()
    square, free = squares[larger], freedom[larger]
    if squares.sum() - of_rest > square:
        square = squares.sum() - of_rest
        free = square**2 / (np.square(squares) @ (1 / freedom) + of_rest**2 / freedom.prod())
    t, error = stats.t(free), np.sqrt(square / found.size)
    reach = t.ppf((1 + confidence) / 2) * error
    return float(value - reach), float(value + reach), float(t.sf((value - above) / error))


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
