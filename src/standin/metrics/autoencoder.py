"""What an autoencoder keeps of its images."""

import numpy as np


def neighbor_accuracy(
    train_codes: np.ndarray,
    train_labels: np.ndarray,
    test_codes: np.ndarray,
    test_labels: np.ndarray,
    neighbors: int = 15,
) -> float:
    """How often the nearest train codes name a test code's class: what the latent space knows of classes.

    Args:
        train_codes, test_codes: (n, latent_dim).
        train_labels, test_labels: (n,).
        neighbors: how many vote.
    """
    from sklearn.neighbors import KNeighborsClassifier

    classifier = KNeighborsClassifier(min(neighbors, len(train_labels))).fit(train_codes, train_labels)
    return float(classifier.score(test_codes, test_labels))
