"""Diversity against hand-worked cases."""

import numpy as np
import pytest

from standin.metrics import diversity, diversity_at_conditions

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
    with pytest.raises(ValueError, match="no class has two generated and two real images"):
        diversity(REAL, LABELS + 2, REAL, LABELS)


CONDITIONS = np.array([[0.0], [0.1], [1.0], [1.1]])


def test_at_conditions_only_images_of_nearly_the_same_ones_are_compared() -> None:
    """Around the first two conditions the distance is 3 against 2, around the others 1 against 4."""
    generated, order = np.array([[1.0], [7.0], [2.0], [4.0]]), [2, 0, 3, 1]
    asked = CONDITIONS[order]
    value = diversity_at_conditions(generated, asked, REAL, CONDITIONS, neighbors=2)
    assert value == pytest.approx((3 + 1) / (2 + 4))
    assert diversity_at_conditions(REAL, CONDITIONS, REAL, CONDITIONS, neighbors=2) == pytest.approx(1)


def test_the_units_of_a_condition_do_not_matter() -> None:
    rng = np.random.default_rng(0)
    asked, real, generated = rng.normal(size=(50, 2)), rng.normal(size=(50, 3)), rng.normal(size=(50, 3))
    smaller = asked * [1, 1000]
    assert diversity_at_conditions(generated, asked, real, asked) == diversity_at_conditions(
        generated, smaller, real, smaller
    )


def test_an_image_decided_by_its_conditions_has_none_though_the_class_has() -> None:
    asked = np.repeat(np.linspace(0, 1, 20), 10)[:, None]
    rng = np.random.default_rng(0)
    real, decided = asked + rng.normal(0, 1, asked.shape), asked * 3
    label = np.zeros(len(asked), int)
    assert diversity(decided, label, real, label) > 0.7
    assert diversity_at_conditions(decided, asked, real, asked) < 0.1


def test_too_few_images_for_neighbors_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 5 images of each kind are needed, got 4 and 4"):
        diversity_at_conditions(REAL, CONDITIONS, REAL, CONDITIONS)
