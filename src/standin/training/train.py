"""`train`: trains a generative model on arrays, without Kedro and MLflow."""

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import keras
import numpy as np

from standin.core.code_digest import code_digests
from standin.core.images import stored
from standin.training.batches import Batches, fit_batches
from standin.training.callbacks import (
    CheckpointCallback,
    DiagnosticsCallback,
    HistoryCallback,
    SnapshotCallback,
    TerminateOnNonFinite,
)
from standin.training.checkpoint import Checkpoint, Progress, fingerprint
from standin.training.generative_model import GenerativeModel

log = logging.getLogger(__name__)


class Training(NamedTuple):
    """The results of a training, apart from the model.

    Attributes:
        history: name -> value by epoch: the mean over the epoch of each player's loss and logs; and `epoch`, from 1.
        snapshots: epoch -> (n, height, width, channels), generated from one fixed batch of latents, stored as the
            training images are.
        weights: epoch -> the model's trainable weights after it, for models with `snapshot_weights`.
        resumed_at: epochs that an interrupted run had already done.
    """

    history: dict[str, list[float]]
    snapshots: dict[int, np.ndarray]
    weights: dict[int, list[np.ndarray]]
    resumed_at: int

    def arrays(self) -> dict[str, np.ndarray]:
        """Snapshots (`epoch_<n>`) and weights (`weights_<n>_<i>`) by name, for one npz file."""
        named = {f"epoch_{epoch}": images for epoch, images in self.snapshots.items()}
        for epoch, weights in self.weights.items():
            named |= {f"weights_{epoch}_{i}": array for i, array in enumerate(weights)}
        return named


def train(
    model: GenerativeModel,
    images: np.ndarray,
    condition: np.ndarray | None = None,
    *,
    epochs: int,
    batch_size: int,
    seed: int,
    snapshot_epochs: Sequence[int] = (),
    snapshot_images: int = 100,
    checkpoint: Checkpoint | None = None,
    checkpoint_every: int = 1,
    augmentation: Mapping[str, Any] | None = None,
    min_steps: int = 0,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> Training:
    """Trains `model` in place.

    Args:
        images: (n, height, width, channels) uint8, or float32 on the model's own scale, about [-1, 1].
        condition: (n,) labels or (n, n_conditions) conditions, whichever a conditional model learns from; others
            ignore it.
        epochs: passes over the images; each has n // batch_size rounds of all players.
        batch_size: images per step of a player.
        seed: of the order of images and of the snapshots' latents.
        snapshot_epochs: after which epochs (from 1) to generate from the fixed latents; where there are any, also after
            the last one.
        snapshot_images: images per snapshot.
        checkpoint: where to save the state after each `checkpoint_every` epochs and the last; training resumes from
            it. The caller clears it once the results are stored.
        augmentation: `standin.training.augmentation.resolve_augmentation`; None: none.
        min_steps: least number of rounds in all; for few images an epoch then has several passes.
        callbacks: further ones of Keras; called before the training's own.

    Raises:
        TrainingError: a loss is no longer finite.
    """
    if model.condition is None:
        condition = None
    model.check_condition(condition, len(images))
    arrays = {"images": images}
    if condition is not None:
        arrays[str(model.condition)] = condition.astype(np.int32 if model.condition == "labels" else np.float32)
    steps = max(1, len(images) // batch_size, math.ceil(min_steps / epochs))
    settings = {  # not the number of epochs: a training may be made longer
        "batch_size": batch_size,
        "seed": seed,
        "steps": steps,
        "snapshots": [*snapshot_epochs, snapshot_images],
        "augmentation": augmentation,
    }
    run = _fingerprint(model, settings, arrays)
    if snapshot_epochs:
        snapshot_epochs = sorted({*snapshot_epochs, epochs})
    model.adapt(images, condition)
    latents = FixedLatents(snapshot_images, seed, condition, images.dtype)
    if not model.players:
        return Training({"epoch": []}, snapshots={0: latents.images(model)}, weights={}, resumed_at=0)

    progress = (checkpoint and checkpoint.restore(model.variables, run, epochs)) or Progress()
    done = progress.epoch
    if done:
        log.info("Resuming from epoch %d/%d.", done, epochs)
        _drop_others(progress, snapshot_epochs)
    snapshot = SnapshotCallback(
        progress,
        snapshot_epochs,
        images=lambda: latents.images(model),
        weights=(lambda: averaged_weights(model)) if model.snapshot_weights else None,
    )
    own: list[keras.callbacks.Callback] = [
        TerminateOnNonFinite(progress),
        HistoryCallback(progress),
        snapshot,
        DiagnosticsCallback(progress, images, last=epochs),
    ]
    if checkpoint:
        own.append(CheckpointCallback(checkpoint, model.variables, run, progress, last=epochs, every=checkpoint_every))
    batches = Batches(
        arrays,
        batch_size=batch_size * model.batches_a_round,
        steps=steps,
        seed=seed,
        first_step=done * steps,
        augmentation=augmentation,
    )
    if done == epochs and snapshot_epochs:
        snapshot.take()
    fit_batches(model, batches, epochs=epochs, initial_epoch=done, callbacks=[*callbacks, *own], verbose=2)
    model.swap_moving_averages()
    return Training(progress.history, progress.snapshots, progress.weights, done)


def _fingerprint(model: GenerativeModel, settings: dict[str, Any], arrays: Mapping[str, np.ndarray]) -> str:
    description = {
        "class": type(model).__name__,
        "config": model.get_config(),
        "precision": model.dtype_policy.name,
        "settings": settings,
        "code": code_digests(type(model)),
    }
    return fingerprint(description, arrays)


def _drop_others(progress: Progress, snapshot_epochs: Sequence[int]) -> None:
    """Drops snapshots of a training that was to end elsewhere, after which a snapshot was taken too."""
    for taken in (progress.snapshots, progress.weights):
        for epoch in taken.keys() - {*snapshot_epochs}:
            del taken[epoch]


class FixedLatents:
    """Generates snapshots: from the same latents and, for conditional models, the same conditions each time.

    Args:
        n: images per snapshot.
        seed: of the latents.
        condition: of the training images: each label in turn is asked for, or the conditions of the first images.
        dtype: of the images.
    """

    def __init__(self, n: int, seed: int, condition: np.ndarray | None, dtype: Any) -> None:
        self.n = n
        self.seed = seed
        self.dtype = dtype
        self.condition = condition
        if condition is not None:
            different = np.unique(condition) if condition.ndim == 1 else condition
            self.condition = np.resize(different, (n, *condition.shape[1:]))

    def images(self, model: GenerativeModel) -> np.ndarray:
        """(n, height, width, channels), from the moving average of the weights where the model has one."""
        with averaged(model):
            return stored(np.concatenate(list(model.sample(self.n, self.seed, self.condition))), self.dtype)


@contextmanager
def averaged(model: GenerativeModel) -> Iterator[None]:
    """In the block, the model's weights are their moving averages."""
    model.swap_moving_averages()
    try:
        yield
    finally:
        model.swap_moving_averages()


def averaged_weights(model: GenerativeModel) -> list[np.ndarray]:
    """`trainable_arrays`, of the moving averages."""
    with averaged(model):
        return trainable_arrays(model)


def trainable_arrays(model: GenerativeModel) -> list[np.ndarray]:
    """The weights that the players train, in their order."""
    return [keras.ops.convert_to_numpy(v.value) for player in model.players for v in player.variables]


def set_trainable_arrays(model: GenerativeModel, weights: Sequence[np.ndarray]) -> None:
    """Restores weights that `trainable_arrays` returned."""
    variables = [v for player in model.players for v in player.variables]
    for variable, array in zip(variables, weights, strict=True):
        variable.assign(array)
