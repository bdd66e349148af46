"""Reconstructions by an autoencoder, and its latent space."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import keras
import numpy as np

from standin.core.images import to_float
from standin.training.capabilities import Autoencoder
from standin.training.generative_model import GenerativeModel
from standin.training.train import set_trainable_arrays, trainable_arrays

CHUNK = 1000
NOISE_SEED = 0


class Reconstruction(NamedTuple):
    """Reconstructions of n images.

    Attributes:
        errors: (n,) squared error of the reconstruction from a random latent, summed over pixels in [0, 1].
        divergences: (n,) KL(q(z | x) || N(0, 1)).
        latents: (n, latent_dim) means of q(z | x).
        images: (n, height, width, channels) uint8, from the means.
        drawn_images: (n, height, width, channels) uint8, from the random latents of `errors`.
    """

    errors: np.ndarray
    divergences: np.ndarray
    latents: np.ndarray
    images: np.ndarray
    drawn_images: np.ndarray


def reconstruct(model: Autoencoder, images: np.ndarray, labels: np.ndarray | None = None) -> Reconstruction:
    """Encodes and decodes images, in chunks, with the same random latents in every call.

    Args:
        images: (n, height, width, channels) uint8, or float32 in [-1, 1].
        labels: (n,), for conditional models.
    """
    rng = np.random.default_rng(NOISE_SEED)
    parts = []
    for start in range(0, len(images), CHUNK):
        chunk = to_float(images[start : start + CHUNK])
        label = labels[start : start + CHUNK] if labels is not None and model.condition else None
        mean, log_variance = (keras.ops.convert_to_numpy(part) for part in model.encode(chunk, label))
        noise = rng.standard_normal(mean.shape).astype(np.float32)
        drawn = keras.ops.convert_to_numpy(model.decode(mean + np.exp(log_variance / 2) * noise, label))
        errors = ((drawn - (chunk + 1) / 2) ** 2).sum(axis=(1, 2, 3))
        divergences = (np.exp(log_variance) + mean**2 - 1 - log_variance).sum(axis=1) / 2
        parts.append((errors, divergences, mean, _uint8(model.decode(mean, label)), _uint8(drawn)))
    return Reconstruction(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def decode_grid(model: Autoencoder, side: int, reach: float) -> np.ndarray:
    """(side * side, height, width, channels) uint8: a model of two latents, decoded on an even grid over [-reach,
    reach], the first latent to the right, the second upward."""
    axis = np.linspace(-reach, reach, side, dtype=np.float32)
    across, up = np.meshgrid(axis, axis[::-1])
    return _uint8(model.decode(np.stack([across.ravel(), up.ravel()], axis=1)))


def at_epochs(model: GenerativeModel, snapshots: Mapping[str, np.ndarray]) -> Iterator[int]:
    """Yields each epoch in `snapshots` (`weights_<epoch>_<i>` -> array) while the model has the weights of that epoch,
    and restores the final weights at the end."""
    last = trainable_arrays(model)
    try:
        for epoch in sorted({int(name.split("_")[1]) for name in snapshots if name.startswith("weights_")}):
            set_trainable_arrays(model, [snapshots[f"weights_{epoch}_{i}"] for i in range(len(last))])
            yield epoch
    finally:
        set_trainable_arrays(model, last)


def _uint8(decoded: Any) -> np.ndarray:
    """[0, 1] -> uint8."""
    return np.rint(keras.ops.convert_to_numpy(decoded) * 255).astype(np.uint8)
