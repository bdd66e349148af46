"""Scores of probabilities, by hand."""

import numpy as np
import pytest

from standin.metrics.probability_scores import expected_calibration_error, probability_scores


def test_certain_and_correct_probabilities_score_zero() -> None:
    scores = probability_scores(np.array([0, 2, 1]), np.eye(3, dtype=np.float32)[[0, 2, 1]])
    assert scores == pytest.approx((0, 0, 0), abs=1e-6)


def test_scores_of_two_images() -> None:
    probabilities = np.array([[0.5, 0.25, 0.25], [0.2, 0.6, 0.2]])
    scores = probability_scores(np.array([0, 2]), probabilities)
    assert scores.log_loss == pytest.approx(-(np.log(0.5) + np.log(0.2)) / 2)
    assert scores.brier_score == pytest.approx(((0.25 + 2 * 0.0625) + (0.04 + 0.36 + 0.64)) / 2)
    assert scores.calibration_error == pytest.approx((0.5 + 0.6) / 2)  # two bins, an image each


def test_classes_without_images_are_allowed() -> None:
    assert probability_scores(np.array([1, 1]), np.full((2, 4), 0.25)).log_loss == pytest.approx(np.log(4))


def test_calibration_compares_confidence_and_accuracy_within_bins() -> None:
    top = np.array([0.95, 0.94, 0.55, 0.54])
    probabilities = np.stack([top, 1 - top], axis=1)
    # Of bin (14/15, 1] both are correct, of (8/15, 9/15] one is.
    assert expected_calibration_error(np.array([0, 0, 0, 1]), probabilities) == pytest.approx((0.11 + 0.09) / 4)
    # In a single bin, errors of opposite signs cancel.
    assert expected_calibration_error(np.array([0, 0, 0, 1]), probabilities, bins=1) == pytest.approx(0.02 / 4)


def test_a_calibrated_classifier_has_no_calibration_error(rng: np.random.Generator) -> None:
    top = rng.uniform(0.5, 1, 200_000)
    labels = (rng.random(len(top)) > top).astype(int)
    calibrated = expected_calibration_error(labels, np.stack([top, 1 - top], axis=1))
    overconfident = expected_calibration_error(labels, np.stack([top**0.25, 1 - top**0.25], axis=1))
    assert calibrated < 0.01 and overconfident == pytest.approx((top**0.25 - top).mean(), abs=0.01)
