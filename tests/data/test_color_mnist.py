"""Coloured MNIST: strokes have a colour, the background has none."""

import numpy as np
import pytest

from standin.data import color_mnist
from standin.data.source import make_source


def test_the_stroke_has_one_colour_and_the_background_stays_black() -> None:
    image = np.zeros((1, 4, 4, 1), np.uint8)
    image[0, 1] = 200
    image[0, 2, 0] = 100
    made = color_mnist.coloured(image, np.array([[1.0, 0.5, 0.0]]))
    assert made[0, 1].tolist() == [[200, 100, 0]] * 4
    assert made[0, 2, 0].tolist() == [100, 50, 0]
    assert made[0, 0].max() == made[0, 3].max() == 0


def test_colours_cover_the_circle_and_can_be_seen() -> None:
    colours = color_mnist.draw_colours(5000, np.random.default_rng(0))
    assert colours.min() >= 0 and colours.max() <= 1
    assert colours.max(axis=1).min() >= 0.7  # brightness
    assert (colours.min(axis=1) / colours.max(axis=1)).max() <= 0.5  # saturation
    strongest = np.bincount(colours.argmax(axis=1), minlength=3) / 5000
    np.testing.assert_allclose(strongest, 1 / 3, atol=0.03)


def test_rows_and_labels_stay_and_colours_repeat_by_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    images = np.full((20, 8, 8), 255, np.uint8)
    grey = make_source({"train": (images, np.arange(20) % 2), "test": (images, np.arange(20) % 2)}, None, "digits")
    monkeypatch.setattr(color_mnist.mnist, "load", lambda path: grey)
    one, again, other = (color_mnist.load("mnist.npz", seed) for seed in (0, 0, 1))
    for name in ("train", "test"):
        assert one.splits[name]["images"].shape == (20, 8, 8, 3)
        np.testing.assert_array_equal(one.splits[name]["row_ids"], grey.splits[name]["row_ids"])
        np.testing.assert_array_equal(one.splits[name]["images"], again.splits[name]["images"])
        assert not np.array_equal(one.splits[name]["images"], other.splits[name]["images"])
    assert not np.array_equal(one.splits["train"]["images"], one.splits["test"]["images"])
