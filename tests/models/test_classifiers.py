"""Every classifier has logits, a layer of features, takes any supported image size, and loads in safe mode."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from standin.core.errors import InputError
from standin.core.instantiate import resolve_target
from standin.models.plain_cnn import plain_cnn
from standin.training.inference import FEATURES, features_of, outputs_of

SMALL: dict[str, dict[str, Any]] = {
    "standin.models.airbench.airbench": {"widths": [4, 6]},
    "standin.models.cnn.cnn": {"widths": [4, 6]},
    "standin.models.resnet.resnet": {"widths": [4, 6]},
    "standin.models.plain_cnn.plain_cnn": {"widths": [4, 6], "kernels": [3, 3], "hidden": [8]},
}
"""Classifier -> arguments that make it small."""


def build(target: str, shape: tuple[int, ...] = (8, 8, 1), n_classes: int = 4) -> keras.Model:
    return resolve_target(target)(shape, n_classes, **SMALL[target])


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (3, 8, 8, 1), dtype=np.uint8)


@pytest.mark.parametrize("target", SMALL)
@pytest.mark.parametrize("shape", [(8, 8, 1), (13, 13, 3), (28, 20, 1), (64, 64, 3)])
def test_outputs_are_one_per_class_for_any_image_size(target: str, shape: tuple[int, ...]) -> None:
    assert build(target, shape)(np.zeros((2, *shape), np.float32)).shape == (2, 4)


@pytest.mark.parametrize("target", SMALL)
def test_outputs_are_logits(target: str) -> None:
    assert build(target).layers[-1].activation is keras.activations.linear


@pytest.mark.parametrize("target", SMALL)
def test_a_layer_of_features_feeds_the_logits(target: str, images: np.ndarray) -> None:
    model = build(target)
    features = features_of(model, images)
    assert features.shape == (3, model.get_layer(FEATURES).output.shape[1])
    logits = features
    for layer in model.layers[model.layers.index(model.get_layer(FEATURES)) + 1 :]:
        logits = layer(logits, training=False)
    logits = keras.ops.convert_to_numpy(logits)
    np.testing.assert_allclose(logits, outputs_of(model, images), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("target", SMALL)
def test_a_loaded_classifier_has_the_same_outputs(target: str, images: np.ndarray, tmp_path: Path) -> None:
    model = build(target)
    model.save(tmp_path / "classifier.keras")
    loaded = keras.saving.load_model(tmp_path / "classifier.keras", compile=False, safe_mode=True)
    np.testing.assert_array_equal(outputs_of(loaded, images), outputs_of(model, images))


def test_the_plain_classifier_has_the_parameters_of_the_study() -> None:
    """4x4, 8x8 and 16x16 kernels of 16 channels, which leave 6x6 of 50x50 pixels; 128 and 64 units; two logits for one
    sigmoid."""
    model = plain_cnn((50, 50, 3), 2)
    convolutions = (4 * 4 * 3 + 1) * 16 + (8 * 8 * 16 + 1) * 16 + (16 * 16 * 16 + 1) * 16
    assert model.count_params() == convolutions + (6 * 6 * 16 + 1) * 128 + 129 * 64 + 65 * 2
    assert features_of(model, np.zeros((3, 50, 50, 3), np.uint8)).shape == (3, 64)


def test_the_plain_classifier_rejects_unequal_lengths_and_small_images() -> None:
    with pytest.raises(InputError, match="kernels must be one for each of the 2 widths, got 3"):
        plain_cnn((50, 50, 3), 2, widths=[8, 8])
    with pytest.raises(InputError, match="8 pixels a side for 3 widths, got"):
        plain_cnn((7, 7, 3), 2)


@pytest.mark.parametrize(("side", "grid"), [(8, 7), (28, 27), (40, 39), (41, 20), (64, 32), (96, 32)])
def test_large_images_begin_with_a_stride(side: int, grid: int) -> None:
    network = resolve_target("standin.models.airbench.airbench")((side, side, 3), 4, widths=[4])
    first = next(layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D))
    assert first.output.shape[1:3] == (grid, grid)


@pytest.mark.parametrize("target", ["standin.models.airbench.airbench", "standin.models.resnet.resnet"])
def test_strides_shrink_the_grid_and_are_stored(target: str, tmp_path: Path) -> None:
    network = resolve_target(target)((16, 16, 1), 4, **SMALL[target], stride=2)
    first = next(layer for layer in network.layers if isinstance(layer, keras.layers.Conv2D))
    assert first.output.shape[1:3] == (8, 8)
    network.save(tmp_path / "network.keras")
    image = np.random.default_rng(0).integers(0, 256, (2, 16, 16, 1), dtype=np.uint8)
    stored = keras.models.load_model(tmp_path / "network.keras", safe_mode=True)
    np.testing.assert_array_equal(outputs_of(stored, image), outputs_of(network, image))
