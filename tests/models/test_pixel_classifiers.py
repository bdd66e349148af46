"""Classifiers on pixels: they learn toy images, and always the same."""

import numpy as np
import pytest

from standin.models.pixel_classifiers import PIXEL_CLASSIFIERS, accuracy_on_pixels
from tests.pipelines.images import real


def labeled(n: int, first_id: int = 0) -> tuple[np.ndarray, np.ndarray]:
    images = real(n, first_id)
    return images["images"], images["labels"]


@pytest.mark.parametrize("name", PIXEL_CLASSIFIERS)
def test_dark_and_bright_images_are_recognized(name: str) -> None:
    assert accuracy_on_pixels([name], labeled(60), labeled(20, 100)) == [1.0]
    swapped = labeled(20, 100)[0], 1 - labeled(20, 100)[1]
    assert accuracy_on_pixels([name], labeled(60), swapped) == [0.0]


def test_stored_and_generated_images_are_the_same_to_them() -> None:
    images, labels = labeled(60)
    as_float = images.astype(np.float32) / 127.5 - 1
    assert accuracy_on_pixels([*PIXEL_CLASSIFIERS], (as_float, labels), labeled(20, 100)) == [1.0] * 3


def test_equal_calls_have_equal_results() -> None:
    noise = np.random.default_rng(0).normal(size=(120, 8, 8, 1)).astype(np.float32)
    labels = np.arange(120) % 3
    both = [
        accuracy_on_pixels([*PIXEL_CLASSIFIERS], (noise[:60], labels[:60]), (noise[60:], labels[60:])) for _ in range(2)
    ]
    assert both[0] == both[1] and all(0 < accuracy < 0.7 for accuracy in both[0])


def test_few_images_and_a_single_class_are_enough() -> None:
    assert len(accuracy_on_pixels(["k_nearest", "logistic_regression"], labeled(3), labeled(20, 100))) == 2
    images, labels = labeled(10)
    dark = images[labels == 0], labels[labels == 0]
    assert accuracy_on_pixels([*PIXEL_CLASSIFIERS], dark, labeled(20, 100)) == [0.5] * 3
