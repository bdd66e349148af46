"""The size that images get, and what happens to other aspect ratios."""

from collections import Counter

import numpy as np
import pytest

from standin.data.resizing import Fit, common_size, resized, resizing_note


@pytest.mark.parametrize(
    ("sizes", "side", "expected"),
    [
        ({(28, 28): 5}, None, (28, 28)),
        ({(50, 30): 5}, None, (50, 30)),
        ({(50, 30): 5}, 32, (32, 32)),
        ({(512, 512): 5}, None, (96, 96)),
        ({(300, 50): 5}, None, (48, 48)),
        ({(28, 28): 3, (512, 512): 2}, None, (28, 28)),
        ({(28, 28): 1, (30, 31): 2, (512, 512): 2}, None, (24, 24)),
        ({(9, 12): 2, (12, 9): 2}, None, (8, 8)),
    ],
)
def test_the_common_size(sizes: dict, side: int | None, expected: tuple[int, int]) -> None:
    assert common_size(Counter(sizes), side, "images") == expected


@pytest.mark.parametrize(
    ("fit", "expected"),
    [("pad", [100, 200, 200, 100]), ("crop", [200, 200, 200, 200]), ("stretch", [100, 200, 200, 100])],
)
def test_aspect_ratios(fit: Fit, expected: list[int]) -> None:
    """A wide image, dark at its left and right quarters: `crop` loses them, `pad` keeps them between borders."""
    image = np.full((1, 32, 64, 1), 200, np.uint8)
    image[:, :, :16] = image[:, :, 48:] = 100
    small = resized(image, 32, 32, fit)
    assert small.shape == (1, 32, 32, 1)
    np.testing.assert_allclose(small[0, 16, [2, 14, 18, 29], 0].astype(int), expected, atol=10)
    if fit == "pad":
        edges = (2 * 32 * 150 + 2 * 16 * 100) / (2 * 32 + 2 * 16)  # of the 32 x 16 pixels inside
        np.testing.assert_allclose(small[0, :8].astype(float), edges, atol=2)


def test_large_images_are_averaged_and_not_sampled() -> None:
    stripes = np.tile(np.array([0, 255], np.uint8), (1, 64, 32))[..., np.newaxis]
    np.testing.assert_allclose(resized(stripes, 16, 16, "pad").astype(int)[:, :, 1:-1], 127.5, atol=5)


def test_images_of_the_right_size_are_the_same_array() -> None:
    images = np.zeros((2, 8, 9, 3), np.uint8)
    assert resized(images, 9, 8, "pad") is images


def test_notes_name_the_most_frequent_sizes() -> None:
    sizes = Counter({(16, 16): 9, (32, 32): 5, (64, 64): 4, (8, 8): 3, (128, 128): 2, (256, 256): 1})
    assert resizing_note(sizes, (16, 16), "crop") == (
        "15 of 24 images were resized to 16 x 16 pixels, from 32 x 32 (5), 64 x 64 (4), 8 x 8 (3) and 2 other sizes; "
        "3 were smaller and enlarged."
    )
    assert resizing_note(Counter({(16, 16): 9}), (16, 16), "pad") is None
