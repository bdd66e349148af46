"""What an oracle, a classifier that filtered and labelled nothing, makes of generated images."""

from typing import NamedTuple

import numpy as np

from standin.metrics.proportion import wilson_interval


class Share(NamedTuple):
    """A share of rows with its Wilson interval."""

    share: float
    low: float
    high: float
    rows: int


def recognisable(probabilities: np.ndarray, threshold: float) -> Share:
    """The share of images of which the oracle is at least `threshold` sure, whatever it takes them for.

    Args:
        probabilities: (n, classes) of the oracle.
        threshold: between 0 and 1.
    """
    return _share(probabilities.max(axis=1) >= threshold)


def agreement(probabilities: np.ndarray, labels: np.ndarray) -> Share:
    """The share of images that the oracle takes for what their label says ("train on real, test on synthetic").

    Args:
        probabilities: (n, classes) of the oracle.
        labels: (n,) of the generated rows.
    """
    return _share(probabilities.argmax(axis=1) == labels)


def _share(true: np.ndarray) -> Share:
    low, high = wilson_interval(int(true.sum()), len(true))
    return Share(float(true.mean()), low, high, len(true))
