"""Diversity against hand-worked cases."""

import numpy as np
import pytest

from standin.metrics.diversity import diversity

REAL = np.array([[0.0], [2.0], [10.0], [14.0]])  # distances 2 and 4
LABELS = np.array([0, 0, 1, 1])


def test_it_is_the_mean_over_classes_of_the_ratio_of_distances() -> None:
    generated = np.array([[5.0], [6.0], [1.0], [5.0]])  # 1 and 4
    assert diversity(generated, LABELS, REAL, LABELS) == pytest.approx((1 / 2 + 4 / 4) / 2)
    assert diversity(REAL, LABELS, REAL, LABELS) == pytest.approx(1)


def test_images_that_are_all_alike_have_none() -> None:
    assert diversity(np.ones((4, 1)), LABELS, REAL, LABELS) == 0


def test_a_class_that_was_never_generated_does_not_count() -> None:
    assert diversity(np.array([[5.0], [6.0]]), np.array([0, 0]), REAL, LABELS) == pytest.approx(1 / 2)
    with pytest.raises(ValueError, match="no class has two generated and two real rows"):
        diversity(REAL, LABELS + 2, REAL, LABELS)
