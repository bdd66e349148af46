"""Training and use of regressors: networks that read real numbers from an image."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import keras
import numpy as np
from keras import layers

from standin.core.code_digest import code_digests
from standin.core.instantiate import resolve_target
from standin.training.backend import make_reproducible
from standin.training.batches import Batches, fit
from standin.training.checkpoint import Checkpoint, fingerprint
from standin.training.optimizers import adam
from standin.training.points import Points, intervals
from standin.training.supervised import POINTS, outputs_of


def train_regressor_network(
    target: str,
    images: np.ndarray,
    values: np.ndarray,
    *,
    steps: int,
    batch_size: int,
    learning_rate: float,
    seed: int,
    log_points: int = POINTS,
    augmentation: Mapping[str, Any] | None = None,
    arguments: Mapping[str, Any] = MappingProxyType({}),
    checkpoint: Checkpoint | None = None,
) -> keras.Model:
    """Trains the network that `target` names to the least mean squared error of the standardized values.

    As for classifiers: AdamW with a cosine schedule, a fixed number of steps, the last weights.

    Args:
        target: dotted name of a function (image_shape, n_outputs, **arguments) -> Keras model.
        images: (n, height, width, channels), uint8 or float32.
        values: (n, k) float32.
        steps, batch_size, learning_rate, seed, log_points, augmentation, arguments, checkpoint: as for
            `train_classifier`.

    Returns:
        Images in [-1, 1] -> (n, k), in the values' own units.
    """
    make_reproducible(seed)
    network = resolve_target(target)(images.shape[1:], values.shape[1], **arguments)
    mean, deviation = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    variables = list(network.variables)  # once compiled, it has those of metrics too
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    network.compile(
        optimizer=adam(schedule, weight_decay=1e-3),
        loss="mse",
        jit_compile=keras.backend.backend() == "jax",
    )
    network.optimizer.build(network.trainable_variables)
    points = intervals(steps, log_points)
    arrays = {"images": images, "labels": ((values - mean) / deviation).astype(np.float32)}
    settings = [target, sorted(arguments.items()), steps, batch_size, learning_rate, seed, points, augmentation]
    code = code_digests(train_regressor_network, [{"_target_": target}])
    run = fingerprint({"settings": settings, "code": code}, arrays) if checkpoint else ""
    record = Points(checkpoint, [*variables, *network.optimizer.variables], run, points)
    batches = Batches(
        arrays,
        batch_size=batch_size,
        steps=steps // points,
        seed=seed,
        first_step=record.done * (steps // points),
        as_pair=True,
        augmentation=augmentation,
    )
    if record.done < points:
        fit(network, batches, epochs=points, initial_epoch=record.done, callbacks=[record])
    in_units = layers.Normalization(mean=mean, variance=deviation**2, invert=True)(network.output)
    return keras.Model(network.input, in_units, name="regressor")


def read_values(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """(n, k) float32: what a regressor reads from images as they are stored."""
    return outputs_of(model, images)
