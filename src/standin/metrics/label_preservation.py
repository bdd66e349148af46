"""What an autoencoder keeps of an image's class."""

import numpy as np

from standin.metrics.label_accuracy import label_accuracy
from standin.metrics.proportion import Proportion
from standin.metrics.registry import metric

REFERENCE = "accuracy of a classifier on reconstructions of real test images"


@metric(
    "label_preservation",
    group="autoencoder",
    better="higher",
    reference=REFERENCE,
    explanation="proportion of real test images for whose reconstruction, from the mean latent, the oracle predicts "
    "their class; a conditional model is given the class",
)
def label_preservation(reconstruction_probabilities: np.ndarray, labels: np.ndarray) -> Proportion:
    """`label_accuracy` of reconstructions from the mean latent: (n, classes) probabilities, (n,) labels."""
    return label_accuracy(reconstruction_probabilities, labels)


@metric(
    "label_preservation_drawn",
    group="autoencoder",
    better="higher",
    reference=REFERENCE,
    explanation="the same of reconstructions from a drawn latent",
)
def label_preservation_drawn(drawn_reconstruction_probabilities: np.ndarray, labels: np.ndarray) -> Proportion:
    """`label_accuracy` of reconstructions from a drawn latent: (n, classes) probabilities, (n,) labels."""
    return label_accuracy(drawn_reconstruction_probabilities, labels)
