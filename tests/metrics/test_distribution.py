"""Metrics of distributions: against hand-worked cases, and against independent implementations on random arrays."""

import sys

import numpy as np
import prdc
import pytest
from scipy.linalg import sqrtm

from standin.core.errors import TooFewImages
from standin.metrics import c2st_accuracy, frechet_distance, kid, label_tv_distance, neighborhoods


@pytest.fixture
def pair(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Generated and real images that overlap in part."""
    return rng.normal(0.5, 1.3, (300, 5)).astype(np.float32), rng.normal(size=(250, 5)).astype(np.float32)


def test_neighborhoods_on_a_line_by_hand() -> None:
    """Balls to the nearest other row. Real 0, 1, 3 have radii 1, 1, 2; generated 1.5, 4, 9 have 2.5, 2.5, 5."""
    real, generated = np.array([[0.0], [1.0], [3.0]]), np.array([[1.5], [4.0], [9.0]])
    result = neighborhoods(generated, real, k=1)
    # 1.5 lies in the balls of 1 and 3; 4 in that of 3; 9 in none.
    assert result.precision == pytest.approx(2 / 3)
    assert result.density == pytest.approx((2 + 1 + 0) / 3)
    assert result.coverage == pytest.approx(2 / 3)  # the ball of 0 holds none
    assert result.recall == 1.0  # all three lie in the ball of 1.5


def test_a_row_on_the_edge_of_a_ball_is_inside() -> None:
    real, generated = np.array([[0.0], [1.0]]), np.array([[2.0], [50.0]])
    result = neighborhoods(generated, real, k=1)
    assert (result.precision, result.coverage) == (0.5, 0.5)


def test_copies_of_rows_that_are_there_several_times_are_inside_whatever_is_rounded(rng: np.random.Generator) -> None:
    real = np.repeat(rng.normal(50, 1, (40, 16)), 3, axis=0)  # balls to the second neighbor have radius 0
    result = neighborhoods(real.copy(), real, k=2)
    assert (result.precision, result.recall, result.coverage, result.density) == (1, 1, 1, 1.5)


def test_neighborhoods_agree_with_the_authors_code(pair: tuple[np.ndarray, np.ndarray]) -> None:
    generated, real = pair
    theirs = prdc.compute_prdc(real, generated, nearest_k=5)
    assert neighborhoods(generated, real)._asdict() == pytest.approx(theirs)


def test_frechet_distance_by_hand() -> None:
    """In one dimension it is (m1 - m2)^2 + (s1 - s2)^2."""
    first, second = np.array([[-1.0], [1.0]]), np.array([[1.0], [7.0]])  # means 0, 4; deviations sqrt(2), sqrt(18)
    assert frechet_distance(first, second, min_per_feature=2) == pytest.approx(16 + 8)
    assert frechet_distance(first, first, min_per_feature=2) == 0.0


def test_frechet_distance_agrees_with_a_matrix_root(pair: tuple[np.ndarray, np.ndarray]) -> None:
    generated, real = pair
    first, second = np.cov(generated.T), np.cov(real.T)
    shift = generated.mean(axis=0) - real.mean(axis=0)
    expected = shift @ shift + np.trace(first + second - 2 * sqrtm(first @ second).real)
    assert frechet_distance(generated, real) == pytest.approx(expected, rel=1e-5)


def test_kid_by_hand() -> None:
    """Kernel (xy + 1)^3 on 0, 1 against 1, 2: within 1 and 27, across 1, 1, 8, 27."""
    generated, real = np.array([[0.0], [1.0]]), np.array([[1.0], [2.0]])
    assert kid(generated, real) == pytest.approx(1 + 27 - 2 * (1 + 1 + 8 + 27) / 4)


def test_kid_agrees_with_the_sum_over_pairs(
    pair: tuple[np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["standin.metrics.kid"], "CHUNK", 64)
    generated, real = (images.astype(float) for images in pair)

    def mean(a: np.ndarray, b: np.ndarray, same: bool) -> float:
        kernel = (a @ b.T / a.shape[1] + 1) ** 3
        return float(kernel[~np.eye(len(a), dtype=bool)].mean() if same else kernel.mean())

    expected = mean(generated, generated, True) + mean(real, real, True) - 2 * mean(generated, real, False)
    assert kid(*pair) == pytest.approx(expected, rel=1e-6)


def test_trees_tell_images_of_another_distribution_and_cannot_tell_those_of_the_same(rng: np.random.Generator) -> None:
    real, same, other = rng.normal(size=(200, 3)), rng.normal(size=(200, 3)), rng.normal(3, 1, (300, 3))
    alike = c2st_accuracy(same, real)
    assert alike.low - 0.05 < 0.5 < alike.high + 0.05
    result = c2st_accuracy(other, real)
    assert result.value > 0.95
    assert result.n == 200  # cut to equal numbers, and the trees are trained on half


def test_label_tv_distance_by_hand() -> None:
    real = np.array([0, 0, 1, 1])
    assert label_tv_distance(np.array([0, 1, 1, 1]), real, 3) == pytest.approx(0.25)
    assert label_tv_distance(np.array([2, 2]), real, 3) == 1.0
    assert label_tv_distance(real[::-1], real, 3) == 0.0


@pytest.mark.parametrize(("metric", "least"), [(neighborhoods, 6), (frechet_distance, 2), (kid, 2), (c2st_accuracy, 5)])
def test_too_few_images_are_refused_with_their_numbers(metric: object, least: int) -> None:
    images = np.arange(20.0).reshape(10, 2)
    with pytest.raises(TooFewImages, match=f"got {least - 1} and 10"):
        metric(images[: least - 1], images)  # type: ignore[operator]
