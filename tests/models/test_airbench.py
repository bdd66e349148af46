"""The fast classifier: whitened patches, identity initialization, and what training leaves unchanged."""

from pathlib import Path

import keras
import numpy as np
import pytest

from standin.models.airbench import Identity, silu
from standin.models.layers.whitening import PatchWhitening
from standin.training import backend
from standin.training.inference import outputs_of
from standin.training.supervised import fit
from tests.training.test_supervised import config, two_classes

RECIPE = {"optimizer": "muon", "schedule": "triangular", "label_smoothing": 0.2}


def correlated(n: int, rng: np.random.Generator) -> np.ndarray:
    """Color images whose neighboring pixels and channels are correlated."""
    coarse = rng.integers(0, 200, (n, 4, 4, 1)).repeat(2, axis=1).repeat(2, axis=2)
    return (coarse + rng.integers(0, 56, (n, 8, 8, 3))).astype(np.uint8)


def test_projections_of_patches_are_white(rng: np.random.Generator) -> None:
    """Second moments of the projections are the identity; the second half of the filters are negatives."""
    images = correlated(200, rng)
    layer = PatchWhitening(3, epsilon=0.0)
    inputs = keras.Input((8, 8, 3))
    model = keras.Model(inputs, layer(inputs))
    layer.adapt(images.astype(np.float32) / 127.5 - 1)
    projections = outputs_of(model, images).reshape(-1, 24)
    np.testing.assert_allclose(projections[:, :12], -projections[:, 12:], rtol=1e-3, atol=1e-4)
    moments = projections[:, :12].T @ projections[:, :12] / len(projections)
    np.testing.assert_allclose(moments, np.eye(12), atol=0.01)


def test_silu_has_keras_values_and_gradients(rng: np.random.Generator) -> None:
    x = keras.ops.convert_to_tensor(rng.normal(0, 4, (100,)).astype(np.float32))
    np.testing.assert_allclose(silu(x), keras.ops.silu(x), rtol=1e-5, atol=1e-6)
    gradients = [np.asarray(backend.active().input_gradient(f, x)) for f in (silu, keras.ops.silu)]
    np.testing.assert_allclose(*gradients, rtol=1e-5, atol=1e-6)


def test_filters_come_from_the_training_images_and_stay(rng: np.random.Generator) -> None:
    """`fit` adapts them to its first pool, after standardization, and no step changes them."""
    images, labels = correlated(64, rng), np.arange(64) % 2
    model = {"_target_": "standin.models.airbench.airbench", "widths": [4, 6], "standardize": True}
    entry = config(recipe=RECIPE, steps=4, learning_rate=0.2) | {"model": model}
    trained = fit(entry, [(images, labels)], 2, seed=0).model
    standardized = images.astype(np.float64)
    standardized -= standardized.mean(axis=(1, 2, 3), keepdims=True)
    standardized /= standardized.std(axis=(1, 2, 3), keepdims=True)
    expected = PatchWhitening(3)
    expected.build((None, 8, 8, 3))
    expected.adapt(standardized.astype(np.float32))
    (kernel,) = [layer.kernel for layer in trained.layers if isinstance(layer, PatchWhitening)]
    moments = [np.einsum("hwif,hwjf->ij", k, k) for k in map(keras.ops.convert_to_numpy, (kernel, expected.kernel))]
    np.testing.assert_allclose(moments[0], moments[1], rtol=0.02, atol=0.02 * np.abs(moments[1]).max())


def test_the_first_filters_of_a_convolution_pass_their_channels_on(rng: np.random.Generator) -> None:
    images = rng.normal(size=(2, 5, 5, 3)).astype(np.float32)
    convolution = keras.layers.Conv2D(7, 3, padding="same", use_bias=False, kernel_initializer=Identity(seed=0))
    outputs = keras.ops.convert_to_numpy(convolution(images))
    np.testing.assert_allclose(outputs[..., :3], images, atol=1e-6)
    assert outputs[..., 3:].std() > 0.1


@pytest.mark.parametrize("smaller", [(5, 5, 4, 2), (3, 3, 2, 2)])
def test_a_convolution_may_have_fewer_outputs_than_inputs(smaller: tuple[int, ...]) -> None:
    kernel = keras.ops.convert_to_numpy(Identity(seed=0)(smaller))
    center = kernel[smaller[0] // 2, smaller[1] // 2]
    np.testing.assert_array_equal(center, np.eye(smaller[2], smaller[3]))
    assert kernel.sum() == smaller[3]


def test_it_learns_by_its_recipe_and_loads(tmp_path: Path) -> None:
    images, labels = two_classes()
    model = {"_target_": "standin.models.airbench.airbench", "widths": [8, 16]}
    entry = config(recipe=RECIPE, learning_rate=0.2) | {"model": model}
    trained = fit(entry, [(images, labels)], 2, seed=0).model
    logits = outputs_of(trained, images)
    assert (logits.argmax(axis=1) == labels).mean() > 0.95
    trained.save(tmp_path / "classifier.keras")
    loaded = keras.saving.load_model(tmp_path / "classifier.keras", compile=False, safe_mode=True)
    np.testing.assert_array_equal(outputs_of(loaded, images), logits)


def test_averaging_mirrored_images_makes_outputs_symmetric(tmp_path: Path) -> None:
    images, labels = two_classes()
    entry = config(recipe={**RECIPE, "average_mirrored": True}, steps=4)
    trained = fit(entry, [(images, labels)], 2, seed=0).model
    plain = fit(config(recipe=RECIPE, steps=4), [(images, labels)], 2, seed=0).model
    mirrored = images[:, :, ::-1]
    mean = (outputs_of(plain, images) + outputs_of(plain, mirrored)) / 2
    np.testing.assert_allclose(outputs_of(trained, images), mean, rtol=1e-4, atol=1e-5)
    trained.save(tmp_path / "classifier.keras")
    loaded = keras.saving.load_model(tmp_path / "classifier.keras", compile=False, safe_mode=True)
    np.testing.assert_array_equal(outputs_of(loaded, mirrored), outputs_of(trained, mirrored))
