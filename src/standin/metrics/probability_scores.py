"""Scores of a classifier's predicted probabilities, beyond whether the most probable class is the true one."""

from typing import NamedTuple

import numpy as np

BINS = 15
"""Bins of the calibration error, as in Guo et al. 2017."""


class ProbabilityScores(NamedTuple):
    """Scores of predicted probabilities; 0 is best.

    Attributes:
        log_loss: mean negative logarithm of the probability of the true class, nats.
        calibration_error: expected calibration error, in [0, 1]: the mean distance between the probability of the
            predicted class and the accuracy, over bins of that probability, weighted by images (Guo et al. 2017).
        brier_score: mean squared distance between probabilities and the true class, in [0, 2] (Brier 1950).
    """

    log_loss: float
    calibration_error: float
    brier_score: float


def probability_scores(labels: np.ndarray, probabilities: np.ndarray) -> ProbabilityScores:
    """Scores of probabilities (n, n_classes) against true classes (n,)."""
    from sklearn.metrics import log_loss

    n_classes = probabilities.shape[1]
    return ProbabilityScores(
        log_loss=float(log_loss(labels, probabilities, labels=np.arange(n_classes))),
        calibration_error=expected_calibration_error(labels, probabilities),
        # scikit-learn's `brier_score_loss` has more than two classes from version 1.7 on, and halves that of two.
        brier_score=float(np.square(probabilities - np.eye(n_classes)[labels]).sum(axis=1).mean()),
    )


def expected_calibration_error(labels: np.ndarray, probabilities: np.ndarray, bins: int = BINS) -> float:
    """`ProbabilityScores.calibration_error`, with bins of equal width: ((i - 1) / bins, i / bins]."""
    confidence, correct = probabilities.max(axis=1).astype(float), probabilities.argmax(axis=1) == labels
    places = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(places, weights=correct - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))
