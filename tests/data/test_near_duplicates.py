"""Near-duplicates of training images."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from standin.data import digits
from standin.data.near_duplicates import find_near_duplicates

N = 300
Images = np.ndarray


@pytest.fixture(scope="module")
def pictures() -> Images:
    """(n, 16, 16, 3) smooth random images."""
    coarse = np.random.default_rng(0).integers(0, 256, (N, 4, 4, 3), dtype=np.uint8)
    return np.stack([np.asarray(Image.fromarray(image).resize((16, 16), Image.Resampling.BICUBIC)) for image in coarse])


def encoded(images: Images, quality: int = 75) -> Images:
    copies = []
    for image in images:
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, "JPEG", quality=quality)
        copies.append(np.asarray(Image.open(buffer)))
    return np.stack(copies)


def brighter(images: Images) -> Images:
    return np.clip(1.15 * images + 10, 0, 255).astype(np.uint8)


def mirrored(images: Images) -> Images:
    return np.ascontiguousarray(images[:, :, ::-1])


@pytest.mark.parametrize("altered", [encoded, brighter, mirrored, lambda images: encoded(mirrored(images))])
def test_altered_copies_are_found_and_new_images_are_not(pictures: Images, altered: Callable[[Images], Images]) -> None:
    known, new = pictures[:200], pictures[200:]
    result = find_near_duplicates(np.concatenate([altered(known[:50]), new]), known)
    assert result.found[:50].mean() >= 0.94 and not result.found[50:].any()
    assert (result.nearest[:50] == np.arange(50)).all()
    assert result.mirrored[:50].all() == (altered not in (encoded, brighter))


def test_several_copies_of_one_image_are_found(pictures: Images) -> None:
    repeated = np.concatenate([pictures[:200], *(encoded(pictures[:1], quality) for quality in range(60, 90, 5))])
    assert find_near_duplicates(encoded(pictures[:1]), repeated).found.all()


def test_different_images_of_a_class_do_not_count() -> None:
    """Handwritten ones by other writers, which are all much alike."""
    train = digits.load().splits["train"]
    ones = {name: train[name][train["labels"] == 1] for name in ("images", "groups")}
    first = ones["groups"] < 5
    assert find_near_duplicates(ones["images"][first], ones["images"][~first]).found.mean() < 0.02


def test_few_images_and_images_without_contrast_are_allowed(pictures: Images) -> None:
    known = np.concatenate([pictures[:2], np.zeros_like(pictures[:1])])
    images = np.concatenate([pictures[:1], np.zeros_like(pictures[:1]) + 9])
    assert find_near_duplicates(images, known).found.tolist() == [True, False]
