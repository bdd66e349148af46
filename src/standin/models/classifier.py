"""Training and use of classifiers: every arm goes through this one function, so that arms differ in their rows alone.

A fixed number of optimiser steps whatever the number of rows, AdamW with a cosine schedule down to zero, no early
stopping, the last weights.
"""

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import keras
import numpy as np

from standin.targets import resolve_target
from standin.training import Batches, to_float
from standin.training.backend import make_reproducible

PREDICTION_BATCH = 1000


class TrainedClassifier(NamedTuple):
    """A classifier and how its training went.

    Attributes:
        model: images (n, height, width, channels) in [-1, 1] -> logits (n, n_classes).
        curve: `step`, `loss`, `accuracy` on the training batches since the point before.
    """

    model: keras.Model
    curve: dict[str, list[Any]]


def train_classifier(
    target: str,
    images: np.ndarray,
    labels: np.ndarray,
    n_classes: int,
    *,
    steps: int,
    batch_size: int,
    learning_rate: float,
    seed: int,
    curve_points: int = 20,
    max_shift: int = 0,
    arguments: Mapping[str, Any] = MappingProxyType({}),
) -> TrainedClassifier:
    """Trains the classifier that `target` names.

    Args:
        target: dotted name of a function (image_shape, n_classes, **arguments) -> Keras model giving logits.
        images: (n, height, width, channels) uint8.
        labels: (n,) integers in [0, n_classes).
        steps: optimiser steps.
        batch_size: rows a step.
        learning_rate: at the start of the schedule.
        seed: of initial weights, dropout and the order of rows.
        curve_points: how many points the curve has.
        max_shift: shift each training image by up to this many pixels at random.
        arguments: what else the function is given.
    """
    make_reproducible(seed)
    model = resolve_target(target)(images.shape[1:], n_classes, **arguments)
    trained = model if not max_shift else _with_shifts(model, images.shape[1:], max_shift, seed)
    trained.compile(
        optimizer=keras.optimizers.AdamW(
            keras.optimizers.schedules.CosineDecay(learning_rate, steps), weight_decay=1e-3
        ),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=keras.backend.backend() == "jax",
    )
    points = min(curve_points, steps)
    batches = Batches(
        {"images": images, "labels": labels.astype(np.int32)},
        batch_size=batch_size,
        steps=steps // points,
        seed=seed,
        as_pair=True,
    )
    history = trained.fit(batches, epochs=points, shuffle=False, verbose=1 if sys.stdout.isatty() else 0).history
    taken = [(i + 1) * (steps // points) for i in range(points)]
    return TrainedClassifier(model, {"step": taken, "loss": history["loss"], "accuracy": history["accuracy"]})


def predict(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """(n, n_classes) float32 probabilities of uint8 images, in inference mode."""
    chunks = [
        keras.ops.convert_to_numpy(keras.ops.softmax(model(to_float(images[i : i + PREDICTION_BATCH]), training=False)))
        for i in range(0, len(images), PREDICTION_BATCH)
    ]
    return np.concatenate(chunks)


def _with_shifts(model: keras.Model, image_shape: tuple[int, ...], max_shift: int, seed: int) -> keras.Model:
    """`model` behind random shifts of whole pixels; the weights are shared, so the bare model serves afterwards."""
    height, width = image_shape[:2]
    padded = keras.layers.ZeroPadding2D(max_shift)
    crop = keras.layers.RandomCrop(height, width, seed=seed)
    inputs = keras.layers.Input(image_shape)
    # Zero padding would be grey in [-1, 1]: shift the range so that the border is the value -1.
    shifted = crop(padded(inputs + 1.0)) - 1.0
    return keras.Model(inputs, model(shifted))
