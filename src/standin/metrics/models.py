"""Metrics of certain kinds of generative models: the outputs of a discriminator, the latent space of an autoencoder."""

from typing import NamedTuple

import numpy as np

from standin.metrics.predictions import label_accuracy
from standin.metrics.proportion import Proportion
from standin.metrics.registry import metric

KINGMA = "Kingma and Welling 2014, Auto-Encoding Variational Bayes, equation 3"
ON_RECONSTRUCTIONS = "accuracy of a classifier on reconstructions of real test images"


@metric(
    "discriminator_from_half",
    group="training",
    better="lower",
    reference="Goodfellow et al. 2014, Generative Adversarial Networks, proposition 1",
    explanation="distance of the discriminator's mean outputs in the last epoch from 1/2, its output where it cannot "
    "tell generated from real images (.45 with targets of .9)",
)
def discriminator_from_half(discriminator_on_real: float, discriminator_on_generated: float) -> float:
    """The larger distance of the two mean outputs, 0 to 1, from 1/2."""
    return max(abs(float(output) - 0.5) for output in (discriminator_on_real, discriminator_on_generated))


class EvidenceLowerBound(NamedTuple):
    """Means over images: `loss` is the sum of the other two."""

    loss: float
    reconstruction_error: float
    kl_divergence: float


@metric(
    "test_kl_divergence",
    field="kl_divergence",
    group="autoencoder",
    better="lower",
    reference=KINGMA,
    explanation="second part of the test loss: KL divergence of the latent's distribution from N(0, 1)",
)
@metric(
    "test_reconstruction_error",
    field="reconstruction_error",
    group="autoencoder",
    better="lower",
    reference=KINGMA,
    explanation="first part of the test loss: squared error, summed over pixels in [0, 1]",
)
@metric(
    "test_loss",
    field="loss",
    group="autoencoder",
    better="lower",
    reference=KINGMA,
    explanation="loss on all test images: squared error of the reconstruction from a drawn latent, summed over pixels "
    "in [0, 1], plus KL divergence; a conditional model is given the class",
)
def evidence_lower_bound(reconstruction_errors: np.ndarray, kl_divergences: np.ndarray) -> EvidenceLowerBound:
    """The mean negative evidence lower bound and its two parts, from (n,) squared errors, summed over pixels, and (n,)
    KL divergences in nats."""
    error, divergence = float(reconstruction_errors.mean()), float(kl_divergences.mean())
    return EvidenceLowerBound(error + divergence, error, divergence)


@metric(
    "label_preservation",
    group="autoencoder",
    better="higher",
    reference=ON_RECONSTRUCTIONS,
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
    reference=ON_RECONSTRUCTIONS,
    explanation="the same of reconstructions from a drawn latent",
)
def label_preservation_drawn(drawn_reconstruction_probabilities: np.ndarray, labels: np.ndarray) -> Proportion:
    """`label_accuracy` of reconstructions from a drawn latent: (n, classes) probabilities, (n,) labels."""
    return label_accuracy(drawn_reconstruction_probabilities, labels)


@metric(
    "latent_neighbor_accuracy",
    group="autoencoder",
    better="higher",
    reference="accuracy of a k-nearest-neighbor classifier on latents, k = 15",
    explanation="proportion of test images whose class is that of most of the 15 nearest latents of training images",
)
def latent_neighbor_accuracy(
    latents: np.ndarray,
    labels: np.ndarray,
    training_latents: np.ndarray,
    training_labels: np.ndarray,
    neighbors: int = 15,
) -> float:
    """Accuracy of a vote of the nearest training latents, (m, latents), on test latents, (n, latents)."""
    from sklearn.neighbors import KNeighborsClassifier

    classifier = KNeighborsClassifier(min(neighbors, len(training_labels))).fit(training_latents, training_labels)
    return float(classifier.score(latents, labels))
