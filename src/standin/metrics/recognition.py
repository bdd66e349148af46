"""What an oracle, a classifier that filtered and labelled nothing, makes of generated images."""

import numpy as np

from standin.metrics.proportion import Share, share_of


def recognisable(probabilities: np.ndarray, threshold: float) -> Share:
    """The share of images of which the oracle is at least `threshold` sure, whatever it takes them for.

    Args:
        probabilities: (n, classes) of the oracle.
        threshold: between 0 and 1.
    """
    return share_of(probabilities.max(axis=1) >= threshold)


def agreement(probabilities: np.ndarray, labels: np.ndarray) -> Share:
    """The share of images that the oracle takes for what their label says ("train on real, test on synthetic").

    Args:
        probabilities: (n, classes) of the oracle.
        labels: (n,) of the generated rows.
    """
    return share_of(probabilities.argmax(axis=1) == labels)
