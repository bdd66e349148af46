"""Colored MNIST: strokes have a color, the background has none."""

import numpy as np
import pytest

from standin.data import color_mnist
from standin.data.source import make_source


def test_the_stroke_has_one_color_and_the_background_stays_black() -> None:
    image = np.zeros((1, 4, 4, 1), np.uint8)
    image[0, 1] = 200
    image[0, 2, 0] = 100
    made = color_mnist.colored(image, np.array([[1.0, 0.5, 0.0]]))
    assert made[0, 1].tolist() == [[200, 100, 0]] * 4
    assert made[0, 2, 0].tolist() == [100, 50, 0]
    assert made[0, 0].max() == made[0, 3].max() == 0


def test_colors_cover_the_circle_and_can_be_seen() -> None:
    colors = color_mnist.draw_colors(5000, np.random.default_rng(0))
    assert colors.min() >= 0 and colors.max() <= 1
    assert colors.max(axis=1).min() >= 0.7  # brightness
    assert (colors.min(axis=1) / colors.max(axis=1)).max() <= 0.5  # saturation
    strongest = np.bincount(colors.argmax(axis=1), minlength=3) / 5000
    np.testing.assert_allclose(strongest, 1 / 3, atol=0.03)


def test_rows_and_labels_stay_and_colors_repeat_by_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    images = np.full((20, 8, 8), 255, np.uint8)
    gray = make_source({"train": (images, np.arange(20) % 2), "test": (images, np.arange(20) % 2)}, None, "digits")
    monkeypatch.setattr(color_mnist.mnist, "load", lambda path: gray)
    one, again, other = (color_mnist.load("mnist.npz", seed) for seed in (0, 0, 1))
    for name in ("train", "test"):
        assert one.splits[name]["images"].shape == (20, 8, 8, 3)
        np.testing.assert_array_equal(one.splits[name]["image_ids"], gray.splits[name]["image_ids"])
        np.testing.assert_array_equal(one.splits[name]["images"], again.splits[name]["images"])
        assert not np.array_equal(one.splits[name]["images"], other.splits[name]["images"])
    assert not np.array_equal(one.splits["train"]["images"], one.splits["test"]["images"])
