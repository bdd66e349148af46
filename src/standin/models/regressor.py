"""Training and use of regressors: networks that read real numbers from an image."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import keras
import numpy as np
from keras import layers

from standin.models.classifier import outputs_of
from standin.targets import resolve_target
from standin.training.backend import make_reproducible
from standin.training.batches import Batches, fit
from standin.training.optimizers import adam


def train_regressor_network(
    target: str,
    images: np.ndarray,
    values: np.ndarray,
    *,
    steps: int,
    batch_size: int,
    learning_rate: float,
    seed: int,
    augmentation: Mapping[str, Any] | None = None,
    arguments: Mapping[str, Any] = MappingProxyType({}),
) -> keras.Model:
    """Trains the network that `target` names to the least mean squared error of the standardised values.

    As for classifiers: AdamW with a cosine schedule, a fixed number of steps, the last weights.

    Args:
        target: dotted name of a function (image_shape, n_outputs, **arguments) -> Keras model.
        images: (n, height, width, channels), uint8 or float32.
        values: (n, k) float32.
        steps, batch_size, learning_rate, seed, augmentation, arguments: as for `train_classifier`.

    Returns:
        Images in [-1, 1] -> (n, k), in the values' own units.
    """
    make_reproducible(seed)
    network = resolve_target(target)(images.shape[1:], values.shape[1], **arguments)
    mean, deviation = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    network.compile(
        optimizer=adam(schedule, weight_decay=1e-3),
        loss="mse",
        jit_compile=keras.backend.backend() == "jax",
    )
    batches = Batches(
        {"images": images, "labels": ((values - mean) / deviation).astype(np.float32)},
        batch_size=batch_size,
        steps=steps,
        seed=seed,
        as_pair=True,
        augmentation=augmentation,
    )
    fit(network, batches)
    in_units = layers.Normalization(mean=mean, variance=deviation**2, invert=True)(network.output)
    return keras.Model(network.input, in_units, name="regressor")


def read_values(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """(n, k) float32: what a regressor reads from images as they are stored."""
    return outputs_of(model, images)
