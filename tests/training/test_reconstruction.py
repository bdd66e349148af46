"""Autoencoders whose reconstructions can be worked out by hand."""

from typing import Any

import numpy as np
import pytest

from standin.core.images import to_float
from standin.models.conditional_vae import ConditionalVAE
from standin.models.vae import VAE
from standin.training import trainable_arrays
from standin.training.reconstruction import at_epochs, decode_grid, reconstruct


class Halves:
    """An "autoencoder" whose latent is the mean of the left and of the right half, each drawn with variance 1/100."""

    latent_dim = 2
    condition = None

    def encode(self, images: np.ndarray, condition: Any = None) -> tuple[np.ndarray, np.ndarray]:
        halves = (images + 1) / 2
        mean = np.stack([halves[:, :, :4].mean(axis=(1, 2, 3)), halves[:, :, 4:].mean(axis=(1, 2, 3))], axis=1)
        return mean, np.full_like(mean, np.log(0.01))

    def decode(self, latent: Any, condition: Any = None) -> np.ndarray:
        images = np.repeat(np.asarray(latent), 4, axis=1)[:, None, :, None]
        return np.repeat(images, 8, axis=1)


def test_images_are_reconstructed_from_means_and_from_drawn_latents() -> None:
    images = np.full((2000, 8, 8, 1), 102, np.uint8)  # 2/5 of 255
    images[:, :, 4:] = 153
    made = reconstruct(Halves(), images)
    np.testing.assert_array_equal(made.images, images)
    np.testing.assert_allclose(made.latents, np.tile([0.4, 0.6], (2000, 1)), atol=1e-6)
    # KL(N(m, v) || N(0, 1)) = (v + m^2 - 1 - log v) / 2.
    assert made.divergences == pytest.approx((2 * (0.01 - 1 - np.log(0.01)) + 0.4**2 + 0.6**2) / 2, abs=1e-4)
    assert made.errors.mean() == pytest.approx(64 * 0.01, rel=0.1)
    off = (made.drawn_images.astype(float) - images) / 255
    np.testing.assert_allclose(np.square(off).sum(axis=(1, 2, 3)).mean(), made.errors.mean(), rtol=0.01)


def test_a_grid_of_latents_goes_to_the_right_and_upwards() -> None:
    images = decode_grid(Halves(), side=3, reach=1.0)
    left, right = (images[:, 0, place, 0].reshape(3, 3) for place in (0, 7))
    assert left[:, 2].tolist() == [255] * 3 and left[:, 1].tolist() == [0] * 3
    assert right[0].tolist() == [255] * 3 and right[1].tolist() == [0] * 3


def test_a_model_has_the_weights_of_each_epoch_and_then_its_own() -> None:
    model = VAE((8, 8, 1), widths=[4])
    final = [array.copy() for array in trainable_arrays(model)]
    snapshots = {f"weights_{epoch}_{i}": np.full_like(a, epoch) for epoch in (5, 1) for i, a in enumerate(final)}
    values = {epoch: {float(a.min()) for a in trainable_arrays(model)} for epoch in at_epochs(model, snapshots)}
    assert values == {1: {1.0}, 5: {5.0}}
    for before, after in zip(final, trainable_arrays(model), strict=True):
        np.testing.assert_array_equal(before, after)


def test_a_conditional_autoencoder_is_given_each_label() -> None:
    model = ConditionalVAE((8, 8, 1), n_classes=2, widths=[4], latent_dim=3)
    images = np.random.default_rng(0).integers(0, 255, (20, 8, 8, 1), dtype=np.uint8)
    labels = np.arange(20) % 2
    mean, _ = model.encode(to_float(images), labels)
    np.testing.assert_allclose(reconstruct(model, images, labels).latents, mean, atol=1e-6)
