"""A proportion of images with Wilson's interval (Wilson 1927), which is valid near 0 and 1 too."""

from typing import NamedTuple

import numpy as np


def wilson_interval(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """(low, high) of a proportion.

    Raises:
        ValueError: no trials, or more successes than trials.
    """
    from scipy import stats

    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"successes must be between 0 and trials, and trials above 0, got {successes} of {trials}")
    interval = stats.binomtest(int(successes), int(trials)).proportion_ci(confidence, method="wilson")
    return float(np.clip(interval.low, 0, 1)), float(np.clip(interval.high, 0, 1))


class Proportion(NamedTuple):
    """A proportion of n images with its Wilson interval."""

    value: float
    low: float
    high: float
    n: int


def proportion_ci(true: np.ndarray, confidence: float = 0.95) -> Proportion:
    """The proportion of true values among (n,) booleans, with the interval of this confidence."""
    low, high = wilson_interval(int(true.sum()), len(true), confidence)
    return Proportion(float(true.mean()), low, high, len(true))
