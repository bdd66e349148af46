"""Classifiers and their training."""

import keras
import numpy as np
import pytest

from standin.models.classifier import predict, train_classifier
from standin.models.cnn import cnn
from standin.models.resnet import resnet


def two_kinds(n: int = 64, side: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Images with a bright left half (0) or right half (1), over noise."""
    rng = np.random.default_rng(0)
    labels = np.arange(n) % 2
    images = rng.integers(0, 100, (n, side, side, 1))
    images[labels == 0, :, : side // 2] += 120
    images[labels == 1, :, side // 2 :] += 120
    return images.astype(np.uint8), labels


SETTINGS = {"steps": 40, "batch_size": 16, "learning_rate": 0.002, "curve_points": 4}


@pytest.mark.parametrize("target", ["standin.models.cnn.cnn", "standin.models.resnet.resnet"])
def test_a_classifier_learns_what_is_easy(target: str) -> None:
    images, labels = two_kinds()
    trained = train_classifier(target, images, labels, 2, seed=0, arguments={"widths": [8, 16]}, **SETTINGS)
    probabilities = predict(trained.model, images)
    assert probabilities.shape == (64, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert (probabilities.argmax(axis=1) == labels).mean() > 0.95
    assert trained.curve["step"] == [10, 20, 30, 40]
    assert trained.curve["loss"][-1] < trained.curve["loss"][0]


def test_training_repeats_by_seed() -> None:
    images, labels = two_kinds()
    runs = [
        predict(
            train_classifier("standin.models.cnn.cnn", images, labels, 2, seed=seed, max_shift=1, **SETTINGS).model,
            images,
        )
        for seed in (5, 5, 6)
    ]
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def test_the_number_of_steps_does_not_depend_on_the_number_of_rows() -> None:
    for n in (6, 64):
        images, labels = two_kinds(n)
        model = train_classifier("standin.models.cnn.cnn", images, labels, 2, seed=0, **SETTINGS).model
        assert isinstance(model, keras.Model)
    curve = train_classifier("standin.models.cnn.cnn", *two_kinds(6), 2, seed=0, **SETTINGS).curve
    assert curve["step"][-1] == SETTINGS["steps"]


@pytest.mark.parametrize("side", [8, 13, 28, 64])
@pytest.mark.parametrize("channels", [1, 3])
def test_classifiers_take_any_side(side: int, channels: int) -> None:
    images = np.zeros((2, side, side, channels), np.float32)
    assert cnn((side, side, channels), 4)(images).shape == (2, 4)
    assert resnet((side, side, channels), 4, widths=[4, 8])(images).shape == (2, 4)
