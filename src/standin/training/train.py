"""`train`: trains a generative model on arrays."""

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
from standin.training.checkpoint import Checkpoint, Progress, assign, fingerprint
from standin.training.generative_model import GenerativeModel

log = logging.getLogger(__name__)


class Training(NamedTuple):
    """The results of a training run, apart from the model.

    Attributes:
        history: name -> value by epoch: the mean of each player's loss and logs over the epoch; and `epoch`, from 1.
        snapshots: epoch -> (n, height, width, channels), generated from fixed latents, in the dtype of the training
            images.
        weights: epoch -> the model's trainable weights after it, for models with `snapshot_weights`.
        resumed_at: epochs that an interrupted run had finished.
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
        images: (n, height, width, channels) uint8, or float32 in about [-1, 1].
        condition: (n,) labels or (n, n_conditions) conditions of a conditional model; others ignore it.
        epochs: passes over the images; each has n // batch_size rounds of all players.
        batch_size: images per step of a player.
        seed: of the order of images and of the snapshots' latents.
        snapshot_epochs: epochs (from 1) after which to take a snapshot; if any, another follows the last epoch.
        snapshot_images: images per snapshot.
        checkpoint: saves the state after every `checkpoint_every` epochs and the last; training resumes from it. The
            caller clears it once the results are stored.
        augmentation: see `standin.training.augmentation.resolve_augmentation`.
        min_steps: minimum total number of rounds; with few images, an epoch then has several passes.
        callbacks: further Keras callbacks, called before the built-in ones.

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
    settings = {  # without the number of epochs: a training run may be extended
        "batch_size": batch_size,
        "seed": seed,
        "steps": steps,
        "snapshots": [*snapshot_epochs, snapshot_images],
        "augmentation": augmentation,
    }
    description = {
        "class": type(model).__name__,
        "config": model.get_config(),
        "precision": model.dtype_policy.name,
        "settings": settings,
        "code": code_digests(type(model)),
    }
    run = fingerprint(description, arrays)
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
        for taken in (progress.snapshots, progress.weights):
            for epoch in taken.keys() - {*snapshot_epochs}:  # the last epoch of a shorter run
                del taken[epoch]
    weights = (lambda: averaged_weights(model, condition)) if model.snapshot_weights else None
    snapshot = SnapshotCallback(progress, snapshot_epochs, lambda: latents.images(model), weights)
    built_in: list[keras.callbacks.Callback] = [
        TerminateOnNonFinite(progress),
        HistoryCallback(progress),
        snapshot,
        DiagnosticsCallback(progress, images, last=epochs),
    ]
    if checkpoint:
        built_in.append(CheckpointCallback(checkpoint, model.variables, run, progress, epochs, checkpoint_every))
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
    fit_batches(model, batches, epochs=epochs, initial_epoch=done, callbacks=[*callbacks, *built_in], unit="epoch")
    if model.keeps_averages:
        model.swap_moving_averages()
        model.recompute_statistics(condition)
    return Training(progress.history, progress.snapshots, progress.weights, done)


class FixedLatents:
    """Generates snapshots from the same latents and, for conditional models, the same conditions each time.

    Args:
        n: images per snapshot.
        seed: of the latents.
        condition: of the training images. Snapshots cycle through the labels, or use the conditions of the first
            images.
        dtype: of the snapshots.
    """

    def __init__(self, n: int, seed: int, condition: np.ndarray | None, dtype: Any) -> None:
        self.n, self.seed, self.dtype, self.condition = n, seed, dtype, condition
        if condition is not None:
            different = np.unique(condition) if condition.ndim == 1 else condition
            self.condition = np.resize(different, (n, *condition.shape[1:]))

    def images(self, model: GenerativeModel) -> np.ndarray:
        """(n, height, width, channels), from the moving averages of the weights if the model keeps them."""
        with averaged(model, self.condition):
            return stored(np.concatenate(list(model.sample(self.n, self.seed, self.condition))), self.dtype)


@contextmanager
def averaged(model: GenerativeModel, condition: np.ndarray | None) -> Iterator[None]:
    """In the block, the model's weights are replaced by their moving averages, if it keeps them.

    Args:
        condition: of training images, for conditional models, whose statistics are recomputed for the averages.
    """
    if not model.keeps_averages:
        yield
        return
    statistics = [keras.ops.convert_to_numpy(v.value) for v in model.statistics]
    model.swap_moving_averages()
    try:
        model.recompute_statistics(condition)
        yield
    finally:
        model.swap_moving_averages()
        assign(model.statistics, statistics)


def averaged_weights(model: GenerativeModel, condition: np.ndarray | None) -> list[np.ndarray]:
    """`trainable_arrays`, of the moving averages."""
    with averaged(model, condition):
        return trainable_arrays(model)


def trainable_arrays(model: GenerativeModel) -> list[np.ndarray]:
    """The weights of all players, in order."""
    return [keras.ops.convert_to_numpy(v.value) for player in model.players for v in player.variables]


def set_trainable_arrays(model: GenerativeModel, weights: Sequence[np.ndarray]) -> None:
    """Restores weights that `trainable_arrays` returned."""
    assign([v for player in model.players for v in player.variables], weights)
