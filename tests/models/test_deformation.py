"""Deformed strokes."""

import keras
import numpy as np
import pytest

from standin.models.layers.deformation import deformed, white_strokes


def strokes(n: int) -> np.ndarray:
    """A bright block in the center of a dark image."""
    images = np.full((n, 28, 28, 3), -1.0, np.float32)
    images[:, 10:18, 11:17] = [0.5, -0.2, -1.0]
    return images


def test_white_strokes_have_no_color_and_full_brightness() -> None:
    white = np.asarray(white_strokes(strokes(2)))
    assert (white[..., 0] == white[..., 1]).all() and (white[..., 0] == white[..., 2]).all()
    assert white[:, 14, 14] == pytest.approx(1.0, abs=0.01)
    assert white[:, 0, 0] == pytest.approx(-1.0, abs=0.01)


def test_copies_differ_and_stay_in_range_near_the_center() -> None:
    copies = np.asarray(deformed(np.asarray(white_strokes(strokes(200))), keras.random.SeedGenerator(0)))
    assert copies.shape == (200, 28, 28, 3)
    assert copies.min() >= -1 and copies.max() <= 1
    ink = (copies[..., 0] + 1) / 2
    weight = ink.sum(axis=(1, 2))
    assert weight.min() > 0.4 * 48 and weight.max() < 2.5 * 48 and weight.std() > 5
    across = (ink * np.arange(28)).sum(axis=(1, 2)) / weight
    assert across.mean() == pytest.approx(13.5, abs=0.5) and 0.5 < across.std() < 2


def test_the_same_seed_gives_the_same_deformation() -> None:
    first, second = (np.asarray(deformed(strokes(3), keras.random.SeedGenerator(1))) for _ in range(2))
    np.testing.assert_array_equal(first, second)
