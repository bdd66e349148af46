"""What the latent space of an autoencoder knows of classes."""

import numpy as np

from standin.metrics.registry import metric


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
    """Accuracy of the vote of the nearest training latents.

    Args:
        latents, training_latents: (n, latents), (m, latents).
        labels, training_labels: (n,), (m,).
        neighbors: how many vote.
    """
    from sklearn.neighbors import KNeighborsClassifier

    classifier = KNeighborsClassifier(min(neighbors, len(training_labels))).fit(training_latents, training_labels)
    return float(classifier.score(latents, labels))
