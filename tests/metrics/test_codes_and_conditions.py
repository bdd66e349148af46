"""Categories and codes against classes and strokes; conditions read against asked for."""

import numpy as np
import pytest

from standin.metrics import category_drawn, category_match, code_explanation, condition_readings
from standin.metrics.codes import explained_variance, match_categories
from standin.metrics.strokes import color, slant, stroke_width


def test_categories_are_matched_on_training_images_and_scored_on_test_images() -> None:
    training_labels = np.repeat([0, 1, 2], 10)
    renamed = np.array([2, 0, 1])[training_labels]
    assert match_categories(renamed, training_labels, 3, 3).tolist() == [1, 2, 0]
    match = category_match(np.array([2, 0, 1, 1]), np.array([0, 1, 2, 0]), renamed, training_labels, 3, 3)
    assert match.accuracy.value == 0.75
    assert match.accuracy.low < 0.75 < match.accuracy.high


def test_one_category_matches_one_class_only() -> None:
    """Two classes in one category: one of them is lost, whatever the match."""
    labels = np.repeat([0, 1, 2], 10)
    categories = np.where(labels == 2, 1, 0)
    match = category_match(categories, labels, categories, labels, 3, 3)
    assert match.accuracy.value == pytest.approx(2 / 3)
    assert 0 < match.normalized_mutual_information < 1


def test_a_category_without_training_images_matches_no_class() -> None:
    match = category_match(np.array([0, 4]), np.array([0, 1]), np.array([0, 1]), np.array([0, 1]), 5, 2)
    assert match.accuracy.value == 0.5


@pytest.mark.parametrize(("n_categories", "class_of"), [(2, [0, 2]), (4, [0, 2, -1])])
def test_there_may_be_fewer_or_more_categories_than_classes(n_categories: int, class_of: list[int]) -> None:
    labels = np.array([0, 0, 1, 2, 2])
    categories = np.array([0, 0, 0, 1, 1])
    matched = match_categories(categories, labels, n_categories, 3)
    assert matched[[0, 1]].tolist() == class_of[:2]
    assert len(matched) == n_categories
    assert category_match(categories, labels, categories, labels, n_categories, 3).accuracy.value == 0.8


def test_generated_images_are_compared_with_the_class_that_their_category_was_matched_with() -> None:
    labels = np.arange(30) % 3
    predicted = np.eye(3)[[1, 2, 0, 0]]
    drawn = category_drawn(np.array([0, 1, 2, 1]), predicted, (labels + 2) % 3, labels, 3, 3)
    assert drawn.value == 0.75


def test_explained_variance_of_linear_and_unrelated_attributes() -> None:
    rng = np.random.default_rng(0)
    attribute, noise = rng.standard_normal((2, 5000))
    assert explained_variance(3 * attribute + 1, attribute) == pytest.approx(1)
    assert explained_variance(noise, attribute) < 0.01
    assert explained_variance(attribute + noise, np.stack([attribute, noise], axis=1)) == pytest.approx(1)


def test_a_code_is_explained_by_its_attribute() -> None:
    rng = np.random.default_rng(0)
    leans, widths = rng.uniform(-0.3, 0.3, 60), rng.integers(2, 6, 60)
    images = np.stack([bar(lean, width) for lean, width in zip(leans, widths, strict=True)])
    explained = code_explanation(np.stack([leans, widths], axis=1).astype(float), images)
    assert explained.keys() == {"1", "2"}
    assert explained["1"].slant > 0.85 and explained["1"].stroke_width < 0.2
    assert explained["2"].stroke_width > 0.85 and explained["2"].slant < 0.2


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


def test_conditions_are_compared_one_by_one() -> None:
    asked = np.random.default_rng(0).normal(5, 2, (1000, 2))
    read = np.stack([asked[:, 0], 5 + (asked[:, 1] - 5) / 2], axis=1)
    readings = condition_readings(asked, read, ["mass", "redshift"])
    assert readings["mass"] == pytest.approx((1, 1, 0))
    assert readings["redshift"].slope == pytest.approx(0.5)
    assert readings["redshift"].r2 == pytest.approx(0.75, abs=0.01)
    constant = np.full((1000, 2), asked.mean(axis=0))
    assert condition_readings(asked, constant, ["mass", "redshift"])["mass"].r2 == pytest.approx(0, abs=1e-9)
