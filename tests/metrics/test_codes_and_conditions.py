"""Codes against classes and strokes; conditions asked against read."""

import numpy as np
import pytest
from standin.metrics.codes import explained, match_categories
from standin.metrics.conditions import asked_against_obtained

from standin.metrics.strokes import color, slant, stroke_width


def test_categories_are_matched_on_train_rows_and_scored_on_test_rows() -> None:
    train_labels = np.repeat([0, 1, 2], 10)
    renamed = np.array([2, 0, 1])[train_labels]
    match = match_categories(renamed, train_labels, np.array([2, 0, 1, 1]), np.array([0, 1, 2, 0]), 3)
    assert match.class_of.tolist() == [1, 2, 0]
    assert match.accuracy == 0.75
    assert match.right.tolist() == [True, True, True, False]


def test_one_category_stands_for_one_class_only() -> None:
    """Two classes in one category: one of them is lost, whatever the match."""
    labels = np.repeat([0, 1, 2], 10)
    match = match_categories(np.where(labels == 2, 1, 0), labels, np.where(labels == 2, 1, 0), labels, 3)
    assert match.accuracy == pytest.approx(2 / 3)
    assert 0 < match.normalized_mutual_information < 1


def test_a_category_that_test_rows_have_alone_is_wrong() -> None:
    match = match_categories(np.array([0, 1]), np.array([0, 1]), np.array([0, 4]), np.array([0, 1]), 5)
    assert match.accuracy == 0.5


@pytest.mark.parametrize(("n_categories", "class_of"), [(2, [0, 2]), (4, [0, 2, -1])])
def test_there_may_be_fewer_or_more_categories_than_classes(n_categories: int, class_of: list[int]) -> None:
    labels = np.array([0, 0, 1, 2, 2])
    categories = np.array([0, 0, 0, 1, 1])
    match = match_categories(categories, labels, categories, labels, n_categories)
    assert match.class_of[[0, 1]].tolist() == class_of[:2]
    assert len(match.class_of) == n_categories
    assert match.accuracy == 0.8


def test_what_a_code_is_explained_by() -> None:
    rng = np.random.default_rng(0)
    attribute, noise = rng.standard_normal((2, 5000))
    assert explained(3 * attribute + 1, attribute) == pytest.approx(1)
    assert explained(noise, attribute) < 0.01
    assert explained(attribute + noise, np.stack([attribute, noise], axis=1)) == pytest.approx(1)


def bar(lean: float, width: int, size: int = 28) -> np.ndarray:
    """An upright bar of this width, leaning by so many pixels to the right for each pixel upwards."""
    image = np.zeros((size, size, 3), np.uint8)
    for row in range(4, 24):
        left = round(14 - width / 2 + lean * (14 - row))
        image[row, left : left + width] = (200, 100, 0)
    return image


def test_strokes_are_measured() -> None:
    images = np.stack([bar(0, 3), bar(0.5, 3), bar(-0.3, 5)])
    np.testing.assert_allclose(color(images), [[2 / 3, 1 / 3, 0]] * 3, atol=1e-6)
    np.testing.assert_allclose(slant(images), [0, 0.5, -0.3], atol=0.05)
    np.testing.assert_allclose(stroke_width(images), [3, 3 * np.cos(np.arctan(0.5)), 5], atol=1)
    assert stroke_width(np.zeros((1, 8, 8, 1), np.uint8)).tolist() == [0]


def test_conditions_are_compared_column_by_column() -> None:
    asked = np.random.default_rng(0).normal(5, 2, (1000, 2))
    exact, halved = asked_against_obtained(asked, np.stack([asked[:, 0], 5 + (asked[:, 1] - 5) / 2], axis=1))
    assert exact == pytest.approx((1, 1, 0))
    assert halved.slope == pytest.approx(0.5)
    assert halved.r2 == pytest.approx(0.75, abs=0.01)
    constant = asked_against_obtained(asked, np.full((1000, 2), asked.mean(axis=0)))[0]
    assert constant.r2 == pytest.approx(0, abs=1e-9)
