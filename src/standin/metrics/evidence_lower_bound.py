"""The loss of a variational autoencoder on test images: the negative evidence lower bound (Kingma and Welling 2014)."""

from typing import NamedTuple

import numpy as np

from standin.metrics.registry import metric

REFERENCE = "Kingma and Welling 2014, Auto-Encoding Variational Bayes, equation 3"


class EvidenceLowerBound(NamedTuple):
    """Means over images: `loss` is the sum of the two others."""

    loss: float
    reconstruction_error: float
    kl_divergence: float


@metric(
    "test_kl_divergence",
    field="kl_divergence",
    group="autoencoder",
    better="lower",
    reference=REFERENCE,
    explanation="second part of the test loss: KL divergence of the latent's distribution from N(0, 1)",
)
@metric(
    "test_reconstruction_error",
    field="reconstruction_error",
    group="autoencoder",
    better="lower",
    reference=REFERENCE,
    explanation="first part of the test loss: squared error, summed over pixels in [0, 1]",
)
@metric(
    "test_loss",
    field="loss",
    group="autoencoder",
    better="lower",
    reference=REFERENCE,
    explanation="loss on all test images: squared error of the reconstruction from a drawn latent, summed over pixels "
    "in [0, 1], plus KL divergence; a conditional model is given the class",
)
def evidence_lower_bound(reconstruction_errors: np.ndarray, kl_divergences: np.ndarray) -> EvidenceLowerBound:
    """Mean loss and its two parts.

    Args:
        reconstruction_errors: (n,) squared error of each image, summed over pixels.
        kl_divergences: (n,) in nats.
    """
    error, divergence = float(reconstruction_errors.mean()), float(kl_divergences.mean())
    return EvidenceLowerBound(error + divergence, error, divergence)
