"""How the oracle, a classifier that neither filtered nor labeled images, predicts generated images."""

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
    """The proportion of images with a class of at least this probability, from (n, classes) probabilities."""
    return proportion_ci(probabilities.max(axis=1) >= confident_above)


@metric(
    "label_accuracy",
    group="labels",
    better="higher",
    reference="Shmelkov et al. 2018, How good is my GAN? (GAN-test)",
    explanation="proportion of generated images for which the oracle predicts the class that they are labeled with",
)
def label_accuracy(probabilities: np.ndarray, labels: np.ndarray) -> Proportion:
    """The proportion of images whose prediction is their label, from (n, classes) probabilities and (n,) labels."""
    return proportion_ci(probabilities.argmax(axis=1) == labels)
