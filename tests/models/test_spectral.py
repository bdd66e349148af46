"""Spectral normalization compared with NumPy's singular values."""

import keras
import numpy as np
import pytest

from standin.models.conditional_gan import ConditionalGAN
from standin.models.conditional_predictor_gan import ConditionalPredictorGAN
from standin.models.dcgan import DCGAN
from standin.models.gan import GAN
from standin.models.infogan import InfoGAN
from standin.models.layers.spectral import SpectralConv2D, SpectralDense, SpectralEmbedding
from standin.training import train


def settled(layer: keras.layers.Layer, inputs: np.ndarray) -> np.ndarray:
    """The layer's output after power iteration has converged."""
    for _ in range(100):
        outputs = layer(inputs, training=True)
    return keras.ops.convert_to_numpy(outputs)


def test_a_dense_kernel_is_divided_by_its_largest_singular_value() -> None:
    layer = SpectralDense(4)
    x = np.random.default_rng(0).normal(size=(3, 6)).astype(np.float32)
    outputs = settled(layer, x)
    kernel = keras.ops.convert_to_numpy(layer.kernel)
    largest = np.linalg.svd(kernel, compute_uv=False)[0]
    np.testing.assert_allclose(outputs, x @ kernel / largest, rtol=1e-4)


def test_a_convolution_kernel_is_normalized_as_a_matrix_of_inputs_by_outputs() -> None:
    layer, plain = SpectralConv2D(4, 3, strides=2, padding="same"), keras.layers.Conv2D(4, 3, strides=2, padding="same")
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 3)).astype(np.float32)
    outputs = settled(layer, x)
    plain.build(x.shape)
    kernel = keras.ops.convert_to_numpy(layer.kernel)
    plain.kernel.assign(kernel / np.linalg.svd(kernel.reshape(-1, 4), compute_uv=False)[0])
    np.testing.assert_allclose(outputs, keras.ops.convert_to_numpy(plain(x)), atol=1e-4)


def test_embeddings_are_divided_by_the_largest_singular_value_of_their_matrix() -> None:
    layer = SpectralEmbedding(3, 5)
    outputs = settled(layer, np.array([2, 0]))
    vectors = keras.ops.convert_to_numpy(layer.embeddings)
    np.testing.assert_allclose(outputs, vectors[[2, 0]] / np.linalg.svd(vectors, compute_uv=False)[0], rtol=1e-4)


@pytest.mark.parametrize("training", [True, False])
def test_a_call_never_changes_the_kernel(training: bool) -> None:
    layer = SpectralDense(4)
    x = np.ones((2, 6), np.float32)
    layer(x)
    before = keras.ops.convert_to_numpy(layer.kernel), keras.ops.convert_to_numpy(layer.direction)
    layer(x, training=training)
    np.testing.assert_array_equal(before[0], keras.ops.convert_to_numpy(layer.kernel))
    assert np.array_equal(before[1], keras.ops.convert_to_numpy(layer.direction)) == (not training)


def test_the_option_normalizes_all_layers_of_the_discriminator_and_none_of_the_generator() -> None:
    model = GAN((8, 8, 1), generator_widths=[8], discriminator_widths=[8, 4], spectral_normalization=True)
    train(model, np.zeros((8, 8, 8, 1), np.uint8), epochs=1, batch_size=8, seed=0)
    types = {
        network.name: [type(layer) for layer in network.layers if isinstance(layer, keras.layers.Dense)]
        for network in (model.generator, model.discriminator)
    }
    assert types == {"generator": [keras.layers.Dense] * 2, "discriminator": [SpectralDense] * 3}


@pytest.mark.parametrize(
    "model",
    [
        DCGAN((8, 8, 1), generator_width=4, discriminator_width=4, spectral_normalization=True),
        ConditionalGAN((8, 8, 1), n_classes=2, generator_width=4, discriminator_width=4, spectral_normalization=True),
        ConditionalPredictorGAN((8, 8, 1), n_conditions=2, hidden=4, generator_width=4, spectral_normalization=True),
        InfoGAN((8, 8, 1), hidden=4, width=4, spectral_normalization=True),
    ],
    ids=lambda model: type(model).__name__,
)
def test_every_adversarial_model_normalizes_the_layers_that_lead_to_its_logit(model: keras.Model) -> None:
    """Scaling the last kernel by 10 does not change a logit if the kernel is normalized."""
    on_the_way = [layer for layer in model.discriminator.layers if isinstance(layer, (SpectralConv2D, SpectralDense))]
    assert any(isinstance(layer, SpectralConv2D) for layer in on_the_way)
    last = next(layer for layer in on_the_way if isinstance(layer, SpectralDense) and layer.kernel.shape[1] == 1)
    images, labels = np.random.default_rng(0).normal(size=(4, 8, 8, 1)).astype(np.float32), np.zeros(4, np.int32)
    inputs = [images, labels] if isinstance(model, ConditionalGAN) else images

    def logits() -> np.ndarray:
        outputs = model.discriminator(inputs, training=False)
        return keras.ops.convert_to_numpy(outputs[0] if isinstance(outputs, list) else outputs)

    before = logits()
    last.kernel.assign(10 * last.kernel)
    np.testing.assert_allclose(logits(), before, rtol=1e-3, atol=1e-5)
