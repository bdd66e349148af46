"""Perturbations of images, by known values."""

import numpy as np
import pytest

from standin.metrics.perturbations import PERTURBATIONS, blurred, low_contrast, noisy, shifted


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_a_perturbation_keeps_shape_type_and_range_and_depends_on_the_seed_only(name: str) -> None:
    images = np.random.default_rng(0).uniform(-1, 1, (9, 8, 6, 3)).astype(np.float32)
    before = images.copy()
    first, second = (PERTURBATIONS[name](images, np.random.default_rng(5)) for _ in range(2))
    assert (first.shape, first.dtype) == (images.shape, images.dtype)
    assert first.min() >= -1 and first.max() <= 1
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(images, before)
    assert np.array_equal(first, images) == (name == "none")


def test_a_shift_moves_each_image_by_two_pixels_in_one_direction_and_repeats_the_border(
    rng: np.random.Generator,
) -> None:
    rows, columns = np.mgrid[0:6, 0:6].astype(np.float32)
    image = np.stack([rows, columns], axis=-1)
    moved = shifted(np.repeat(image[None], 200, axis=0), rng)
    kinds, counts = np.unique(moved, axis=0, return_counts=True)
    moves = np.array([(0, 2), (0, -2), (2, 0), (-2, 0)])[:, None, None]
    expected = np.unique(np.clip(image + moves, 0, 5), axis=0)
    np.testing.assert_array_equal(kinds, expected)
    assert counts.min() > 20


def test_noise_has_its_standard_deviation_and_is_clipped(rng: np.random.Generator) -> None:
    difference = noisy(np.zeros((10, 50, 50, 1), np.float32), rng)
    assert (difference.mean(), difference.std()) == pytest.approx((0, 0.2), abs=0.005)
    assert noisy(np.ones((10, 50, 50, 1), np.float32), rng).max() == 1


def test_a_blurred_point_is_a_gaussian(rng: np.random.Generator) -> None:
    image = np.zeros((1, 15, 15, 2), np.float32)
    image[0, 7, 7, 0] = 1
    spread = blurred(image, rng)
    assert spread[..., 1].max() == 0  # channels are apart
    assert spread.sum() == pytest.approx(1, abs=1e-4)
    assert spread[0, 7, 8, 0] / spread[0, 7, 7, 0] == pytest.approx(np.exp(-0.5), abs=1e-4)
    assert spread[0, 9, 7, 0] / spread[0, 7, 7, 0] == pytest.approx(np.exp(-2), abs=1e-4)
    np.testing.assert_allclose(blurred(np.full((1, 4, 4, 1), 0.3, np.float32), rng), 0.3, atol=1e-6)


def test_half_the_contrast_halves_the_distance_to_the_mean_of_image_and_channel(rng: np.random.Generator) -> None:
    images = rng.uniform(-1, 1, (3, 5, 5, 2)).astype(np.float32)
    changed, means = low_contrast(images, rng), images.mean(axis=(1, 2))
    np.testing.assert_allclose(changed.mean(axis=(1, 2)), means, atol=1e-6)
    np.testing.assert_allclose(changed.std(axis=(1, 2)), images.std(axis=(1, 2)) / 2, atol=1e-6)
