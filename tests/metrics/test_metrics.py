"""Metrics against hand-worked cases."""

import numpy as np
import pytest

from standin.metrics.bootstrap import bootstrap_interval
from standin.metrics.classification import classification_scores


def test_scores_of_a_hand_worked_case() -> None:
    labels = np.array([0, 0, 0, 1, 1, 2])
    called = np.array([0, 0, 1, 1, 1, 0])
    scores = classification_scores(labels, called, 3)
    assert scores.accuracy == pytest.approx(4 / 6)
    assert scores.recall == pytest.approx([2 / 3, 1, 0])
    assert scores.confusion.tolist() == [[2, 1, 0], [0, 2, 0], [1, 0, 0]]
    # F1: class 0 precision 2/3, recall 2/3; class 1 precision 2/3, recall 1; class 2 never right.
    assert scores.macro_f1 == pytest.approx((2 / 3 + 0.8 + 0) / 3)


def test_a_class_without_rows_does_not_break_the_scores() -> None:
    scores = classification_scores(np.array([0, 1]), np.array([0, 1]), 3)
    assert scores.accuracy == 1
    assert scores.recall.tolist() == [1, 1, 0]


def test_interval_of_a_share_agrees_with_the_normal_approximation() -> None:
    right = np.arange(10_000) % 10 != 0  # 90%
    low, high = bootstrap_interval(right, resamples=2000, seed=0)
    half_width = 1.96 * np.sqrt(0.9 * 0.1 / 10_000)
    assert low == pytest.approx(0.9 - half_width, abs=0.0006)
    assert high == pytest.approx(0.9 + half_width, abs=0.0006)


def test_interval_of_a_constant_is_that_constant() -> None:
    assert bootstrap_interval(np.ones(50), resamples=100) == (1, 1)


def test_a_wider_confidence_gives_a_wider_interval() -> None:
    right = np.arange(200) % 3 == 0
    narrow, wide = (bootstrap_interval(right, confidence=c, resamples=500, seed=0) for c in (0.5, 0.99))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_interval_repeats_by_seed() -> None:
    values = np.random.default_rng(0).normal(size=100)
    assert bootstrap_interval(values, seed=1) == bootstrap_interval(values, seed=1)
    assert bootstrap_interval(values, seed=1) != bootstrap_interval(values, seed=2)


@pytest.mark.parametrize("values", [np.array([1.0]), np.ones((2, 2))])
def test_too_few_values_are_refused(values: np.ndarray) -> None:
    with pytest.raises(ValueError, match="at least two numbers"):
        bootstrap_interval(values)
