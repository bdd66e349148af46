"""How many labels of generated images are right, by an oracle: "train on real, test on synthetic"."""

import numpy as np

from standin.metrics.proportion import Proportion, proportion_ci
from standin.metrics.registry import metric


@metric(
    "label_accuracy",
    group="labels",
    better="higher",
    reference="Shmelkov et al. 2018, How good is my GAN? (GAN-test)",
    explanation="proportion of generated images for which the oracle predicts the class that they are labeled with",
)
def label_accuracy(probabilities: np.ndarray, labels: np.ndarray) -> Proportion:
    """The proportion of images for which the oracle predicts their label.

    Args:
        probabilities: (n, classes) of the oracle.
        labels: (n,) integers.
    """
    return proportion_ci(probabilities.argmax(axis=1) == labels)
