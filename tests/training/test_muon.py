"""Muon: a hand-computed step, AdamW for other weights, and training on JAX."""

import keras
import numpy as np
import pytest

from standin.training.muon import Muon, MuonWithSGD, muon, muon_with_sgd


def step(optimizer: keras.optimizers.Optimizer, value: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """The value of a weight after one step."""
    variable = keras.Variable(value.astype(np.float32))
    optimizer.build([variable])
    optimizer.apply([keras.ops.convert_to_tensor(gradient.astype(np.float32))])
    return keras.ops.convert_to_numpy(variable.value)


def test_the_first_step_of_a_kernel_is_the_one_computed_by_hand() -> None:
    """A kernel of one pixel with gradient diag(3, 1). Its singular values, divided by their norm, pass three times
    through 3.4445 s - 4.7750 s^3 + 2.0315 s^5; the kernel is rescaled to norm sqrt(2) first."""
    s = np.array([3.0, 1.0]) / np.sqrt(10)
    for _ in range(3):
        s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
    kernel = np.array([[[[3.0, 0.0], [0.0, 4.0]]]])
    stepped = step(muon(0.1), kernel, np.array([[[[3.0, 0.0], [0.0, 1.0]]]]))
    expected = np.diag([3.0, 4.0]) * np.sqrt(2) / 5 - 0.1 * np.diag(s)
    np.testing.assert_allclose(stepped[0, 0], expected, rtol=1e-5, atol=1e-6)


def test_a_step_of_a_kernel_is_nearly_orthogonal(rng: np.random.Generator) -> None:
    """Singular values of the update are near the learning rate, whatever the gradient's are."""
    kernel = rng.normal(size=(3, 3, 4, 8))
    gradient = rng.normal(size=(3, 3, 4, 8)) * rng.uniform(0.1, 10, 8)
    update = kernel - step(muon(0.5, rescale=False, orthogonalization_steps=8), kernel, gradient)
    singular = np.linalg.svd(update.reshape(-1, 8), compute_uv=False) / 0.5
    assert singular.min() > 0.6
    assert singular.max() < 1.3


def test_without_rescaling_only_the_update_changes_a_kernel() -> None:
    kernel = np.full((1, 1, 2, 2), 7.0)
    np.testing.assert_array_equal(step(muon(0.0, rescale=False), kernel, np.ones_like(kernel)), kernel)
    rescaled = step(muon(0.0), kernel, np.ones_like(kernel))
    assert np.linalg.norm(rescaled) == pytest.approx(np.sqrt(2), rel=1e-6)


@pytest.mark.parametrize("shape", [(5,), (3, 4)])
def test_other_weights_are_updated_by_adamw(rng: np.random.Generator, shape: tuple[int, ...]) -> None:
    value, gradient = rng.normal(size=shape), rng.normal(size=shape)
    reference = keras.optimizers.AdamW(0.01, beta_1=0.85, beta_2=0.99, weight_decay=0.0)
    expected = step(reference, value, gradient)
    np.testing.assert_allclose(step(muon(0.2, adam_ratio=0.05), value, gradient), expected, rtol=1e-5)


@pytest.mark.parametrize(("shape", "ratio"), [((5,), 3.0), ((3, 4), 7.0)])
def test_other_weights_may_be_updated_by_gradient_descent(
    rng: np.random.Generator, shape: tuple[int, ...], ratio: float
) -> None:
    """Two equal gradients g: the momentum is g, then 1.85 g; a step is g and .85 of the momentum."""
    value, gradient = rng.normal(size=shape).astype(np.float32), rng.normal(size=shape).astype(np.float32)
    optimizer = muon_with_sgd(0.1, matrix_ratio=7.0, vector_ratio=3.0)
    variable = keras.Variable(value)
    optimizer.build([variable])
    for _ in range(2):
        optimizer.apply([keras.ops.convert_to_tensor(gradient)])
    steps = (1 + 0.85) + (1 + 0.85 * 1.85)
    expected = value - 0.1 * ratio * steps * gradient
    np.testing.assert_allclose(keras.ops.convert_to_numpy(variable.value), expected, rtol=1e-5, atol=1e-6)


def test_kernels_get_the_same_step_whatever_updates_other_weights(rng: np.random.Generator) -> None:
    kernel, gradient = rng.normal(size=(2, 3, 3, 2, 4))
    np.testing.assert_array_equal(step(muon(0.1), kernel, gradient), step(muon_with_sgd(0.1), kernel, gradient))


def test_weights_decay_except_rescaled_kernels() -> None:
    for rescale, decayed in ((True, 1.0), (False, 0.99)):
        optimizer = muon(0.1, rescale=rescale, weight_decay=0.1)
        kernel = keras.Variable(np.full((1, 1, 1, 1), 1.0, np.float32))
        bias = keras.Variable(np.ones(1, np.float32))
        optimizer.build([kernel, bias])
        optimizer._apply_weight_decay([kernel, bias])
        assert float(kernel.value[0, 0, 0, 0]) == pytest.approx(decayed)
        assert float(bias.value[0]) == pytest.approx(0.99)


def test_its_settings_are_restored() -> None:
    restored = Muon.from_config(muon(0.1, rescale=False, momentum=0.7).get_config())
    assert (restored.rescale, restored.momentum, restored.ns_steps) == (False, 0.7, 3)
    restored = MuonWithSGD.from_config(muon_with_sgd(0.1, matrix_ratio=5.0).get_config())
    assert (restored.rescale, restored.matrix_ratio, restored.sgd_momentum) == (True, 5.0, 0.85)
