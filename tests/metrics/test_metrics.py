"""Metrics against hand-worked cases."""

import numpy as np
import pytest

from standin.metrics import (
    authenticity,
    confident_fraction,
    data_copying,
    discriminator_from_half,
    evidence_lower_bound,
    label_accuracy,
    latent_neighbor_accuracy,
)
from standin.metrics.authenticity import least_authentic
from standin.metrics.classification import classification_scores
from standin.metrics.nearest import nearest, nearest_others
from standin.metrics.proportion import proportion_ci, wilson_interval


def test_scores_of_a_hand_worked_case() -> None:
    labels = np.array([0, 0, 0, 1, 1, 2])
    predicted = np.array([0, 0, 1, 1, 1, 0])
    scores = classification_scores(labels, predicted, 3)
    assert scores.accuracy == pytest.approx(4 / 6)
    assert scores.recall == pytest.approx([2 / 3, 1, 0])
    assert scores.confusion.tolist() == [[2, 1, 0], [0, 2, 0], [1, 0, 0]]
    # F1: class 0 precision 2/3, recall 2/3; class 1 precision 2/3, recall 1; class 2 never correct.
    assert scores.macro_f1 == pytest.approx((2 / 3 + 0.8 + 0) / 3)


def test_a_class_without_images_does_not_break_the_scores() -> None:
    scores = classification_scores(np.array([0, 1]), np.array([0, 1]), 3)
    assert scores.accuracy == 1
    assert scores.recall.tolist() == [1, 1, 0]
    assert scores.macro_f1 == 1


def test_a_proportion_has_its_interval_by_the_confidence_asked_for() -> None:
    right = np.arange(10_000) % 10 != 0  # 90%
    half_width = 1.96 * np.sqrt(0.9 * 0.1 / 10_000)
    assert proportion_ci(right)[:3] == pytest.approx((0.9, 0.9 - half_width, 0.9 + half_width), abs=2e-4)
    narrow, wide = proportion_ci(right, 0.5), proportion_ci(right, 0.99)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_wilson_interval_of_the_hand_worked_case() -> None:
    """95 of 100 images: 88.8 to 97.8%."""
    assert wilson_interval(95, 100) == (pytest.approx(0.888, abs=5e-4), pytest.approx(0.978, abs=5e-4))
    assert wilson_interval(0, 10)[0] == 0.0
    assert wilson_interval(10, 10)[1] == 1.0


@pytest.mark.parametrize(("successes", "trials"), [(1, 0), (-1, 5), (6, 5)])
def test_wilson_interval_refuses_impossible_counts(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match=f"got {successes} of {trials}"):
        wilson_interval(successes, trials)


def test_the_confident_fraction_counts_confident_predictions_and_label_accuracy_the_correct_ones() -> None:
    probabilities = np.array([[0.95, 0.05], [0.5, 0.5], [0.1, 0.9], [0.3, 0.7]])
    assert confident_fraction(probabilities, 0.9).value == 0.5
    assert label_accuracy(probabilities, np.array([1, 0, 1, 1])).value == 0.75
    assert confident_fraction(probabilities, 0.9)[1:3] == wilson_interval(2, 4)


def test_authenticity_by_hand() -> None:
    """On a line: training images 0, 1, 3, whose nearest others lie at 1, 1, 2."""
    training = np.array([[0.0], [1.0], [3.0]])
    generated = np.array([[0.4], [-2.0], [4.9], [5.1]])  # nearest: 0 at .4 (< 1), 0 at 2, 3 at 1.9 (< 2), 3 at 2.1
    assert authenticity(generated, training).value == 0.5


def test_copies_have_no_authenticity_and_new_images_about_as_much_as_other_new_images(rng: np.random.Generator) -> None:
    training, held_out, generated = (rng.normal(size=(n, 3)) for n in (400, 200, 200))
    assert authenticity(training[:200], training).value == 0.0
    assert authenticity(generated, training).value == pytest.approx(authenticity(held_out, training).value, abs=0.12)


def test_c_t_of_copies_new_images_and_far_ones(rng: np.random.Generator) -> None:
    training, held_out, generated = (rng.normal(size=(n, 3)) for n in (600, 400, 400))
    copies = training[:400] + rng.normal(0, 0.01, (400, 3))
    assert data_copying(copies, held_out, training, cells=4) < -5
    assert abs(data_copying(generated, held_out, training, cells=4)) < 3
    assert data_copying(generated * 3, held_out, training, cells=4) > 3


def test_c_t_of_one_cell_is_the_z_score_of_a_mann_whitney_test(rng: np.random.Generator) -> None:
    training, held_out, generated = (rng.normal(size=(n, 2)) for n in (50, 40, 30))
    distances = [nearest(part, training).distance for part in (generated, held_out)]
    wins = (distances[0][:, None] > distances[1][None]).sum()
    z = (wins - 30 * 40 / 2) / np.sqrt(30 * 40 * 71 / 12)
    assert data_copying(generated, held_out, training, cells=1) == pytest.approx(z)


def test_c_t_raises_when_images_are_too_few() -> None:
    with pytest.raises(ValueError, match="ten generated and ten held-out images, got 9 and 20"):
        data_copying(np.zeros((9, 2)), np.zeros((20, 2)), np.arange(10.0).reshape(5, 2), cells=1)


def test_neighbor_accuracy_of_separate_and_of_mixed_codes() -> None:
    codes, labels = np.repeat([[0.0], [10.0]], 20, axis=0), np.repeat([0, 1], 20)
    assert latent_neighbor_accuracy(codes, labels, codes, labels) == 1.0
    assert latent_neighbor_accuracy(codes, 1 - labels, codes, labels) == 0.0


def test_ranking_scores_of_two_classes() -> None:
    labels, probability = np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.35, 0.8])
    scores = classification_scores(labels, (probability > 0.5).astype(int), 2, probability)
    assert scores.roc_auc == pytest.approx(0.75)  # 3 of 4 pairs in order
    assert scores.average_precision == pytest.approx((1 + 2 / 3) / 2)
    assert np.isnan(classification_scores(labels, labels, 3, probability).roc_auc)


def test_given_radii_are_not_computed_again(rng: np.random.Generator) -> None:
    training, generated = rng.normal(size=(50, 3)), rng.normal(size=(40, 3))
    radii = nearest_others(training).distance
    assert authenticity(generated, training, radii) == authenticity(generated, training)
    assert authenticity(generated, training, 0 * radii).value == 1


def test_least_authentic_ignores_empty_parts() -> None:
    training = np.array([[0.0], [1.0], [3.0]])
    near, far, empty = np.array([[0.1], [1.1]]), np.array([[9.0]]), np.zeros((0, 1))
    assert least_authentic([empty, far, near], training) is near
    assert least_authentic([empty, far], training) is far


def test_the_loss_of_an_autoencoder_is_the_sum_of_its_parts() -> None:
    assert evidence_lower_bound(np.array([1.0, 3.0]), np.array([0.5, 0.5])) == (2.5, 2.0, 0.5)


def test_the_farther_output_of_a_discriminator_counts() -> None:
    assert discriminator_from_half(0.6, 0.2) == pytest.approx(0.3)
