"""What an oracle, a classifier that filtered and labeled nothing, makes of generated images."""

import numpy as np

from standin.metrics.proportion import Proportion, proportion_ci


def confident_fraction(probabilities: np.ndarray, threshold: float) -> Proportion:
    """The share of images of which the oracle is at least `threshold` sure, whatever it takes them for.

    Args:
        probabilities: (n, classes) of the oracle.
        threshold: between 0 and 1.
    """
    return proportion_ci(probabilities.max(axis=1) >= threshold)


def agreement(probabilities: np.ndarray, labels: np.ndarray) -> Proportion:
    """The share of images that the oracle takes for what their label says ("train on real, test on synthetic").

    Args:
        probabilities: (n, classes) of the oracle.
        labels: (n,) of the generated rows.
    """
    return proportion_ci(probabilities.argmax(axis=1) == labels)
