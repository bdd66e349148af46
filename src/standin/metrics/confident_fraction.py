"""How many generated images an oracle recognizes: a classifier that filtered and labeled nothing."""

import numpy as np

from standin.metrics.proportion import Proportion, proportion_ci
from standin.metrics.registry import metric


@metric(
    "confident_fraction",
    group="recognition",
    better="higher",
    reference="proportion of samples above a confidence threshold; Wilson 1927 for the interval",
    explanation="proportion of generated images, none left out, for which the oracle gives some class a probability of "
    "at least {confident_above:.0%}",
)
def confident_fraction(probabilities: np.ndarray, confident_above: float) -> Proportion:
    """The proportion of images for which the oracle gives some class a probability of at least `confident_above`.

    Args:
        probabilities: (n, classes) of the oracle.
        confident_above: between 0 and 1.
    """
    return proportion_ci(probabilities.max(axis=1) >= confident_above)
