"""Batch normalization equals Keras' layer."""

from typing import Any

import keras
import numpy as np
import pytest

from standin.models.layers.batch_normalization import BatchNormalization
from standin.training.backend import active

GRIDS = np.random.default_rng(0).normal(3.0, 2.0, (5, 4, 3, 2)).astype(np.float32)


def trained(layer: keras.layers.Layer, images: np.ndarray) -> list[Any]:
    """Outputs in training mode, gradients of the sum of their cubes, moving averages, and then outputs in inference
    mode."""
    layer.build(images.shape)
    inputs = keras.Variable(images)
    outputs = layer(images, training=True)
    _, gradients = active().value_and_gradients(
        lambda: (keras.ops.sum(layer(inputs.value, training=True) ** 3), {}), [inputs, *layer.trainable_variables]
    )
    arrays = [outputs, *gradients, *layer.non_trainable_variables, layer(images, training=False)]
    return [keras.ops.convert_to_numpy(array) for array in arrays]


@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("images", [GRIDS, GRIDS[:, 0, 0]], ids=["grids", "vectors"])
def test_the_layer_equals_that_of_keras(images: np.ndarray, affine: bool) -> None:
    of_keras = keras.layers.BatchNormalization(momentum=0.9, center=affine, scale=affine)
    ours = BatchNormalization(center=affine, scale=affine)
    for expected, actual in zip(trained(of_keras, images), trained(ours, images), strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-4)


def test_a_frozen_layer_normalizes_by_its_moving_averages_and_keeps_them() -> None:
    ours = BatchNormalization(trainable=False)
    np.testing.assert_allclose(ours(GRIDS, training=True), GRIDS / np.sqrt(1 + ours.epsilon), rtol=1e-5)
    np.testing.assert_array_equal(ours.moving_mean, [0, 0])


def gradients_in_inference_mode(layer: keras.layers.Layer) -> list[Any]:
    layer.build(GRIDS.shape)
    layer.moving_mean.assign([1.0, -2.0])
    layer.moving_variance.assign([3.0, 0.5])
    seen = keras.Variable(GRIDS)
    variables = [seen, layer.gamma, layer.beta]
    return active().value_and_gradients(lambda: (keras.ops.sum(layer(seen.value) ** 3), {}), variables)[1]


@pytest.mark.parametrize("trainable", [True, False])
def test_gradients_in_inference_mode_equal_those_of_keras(trainable: bool) -> None:
    expected = gradients_in_inference_mode(keras.layers.BatchNormalization(trainable=trainable))
    actual = gradients_in_inference_mode(BatchNormalization(trainable=trainable))
    for ours, of_keras in zip(actual, expected, strict=True):
        np.testing.assert_allclose(ours, of_keras, rtol=1e-4)


def test_the_layer_is_saved_and_loaded(tmp_path: Any) -> None:
    network = keras.Sequential([keras.layers.Input((4, 3, 2)), BatchNormalization(momentum=0.7)])
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    assert (type(loaded.layers[0]), loaded.layers[0].momentum) == (BatchNormalization, 0.7)
