"""`build_model` and `train`: from a class and arrays to a trained generative model, without Kedro and MLflow."""

import inspect
import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import keras
import numpy as np

from standin.core import instantiate
from standin.core.code_digest import code_digests
from standin.core.errors import InputError, TrainingError
from standin.core.images import stored
from standin.training.backend import make_reproducible
from standin.training.batches import Batches, fit
from standin.training.checkpoint import Checkpoint, Progress, fingerprint
from standin.training.diagnostics import SnapshotStats, noticed, snapshot_stats
from standin.training.generative_model import GenerativeModel
from standin.training.precision import dtype_scope

log = logging.getLogger(__name__)

SUPPLIED = (*instantiate.SUPPLIED, "n_conditions", "seed")
"""Arguments of a generative model that `build_model` gives itself."""


class Training(NamedTuple):
    """What training leaves beside the model.

    Attributes:
        history: name -> value by epoch: the mean over the epoch of each player's loss and logs; and `epoch`, from 1.
        snapshots: epoch -> (rows, height, width, channels), generated from one fixed batch of latents, stored as the
            training images are.
        weights: epoch -> the model's trainable weights then, for models that keep them.
        resumed_at: epochs that an interrupted run had already done.
    """

    history: dict[str, list[float]]
    snapshots: dict[int, np.ndarray]
    weights: dict[int, list[np.ndarray]]
    resumed_at: int

    def arrays(self) -> dict[str, np.ndarray]:
        """Snapshots (`epoch_<n>`) and weights (`weights_<n>_<i>`) by name, to be kept in one npz file."""
        named = {f"epoch_{epoch}": images for epoch, images in self.snapshots.items()}
        for epoch, weights in self.weights.items():
            named |= {f"weights_{epoch}_{i}": array for i, array in enumerate(weights)}
        return named


def build_model(
    target: str,
    image_shape: Sequence[int],
    n_classes: int,
    seed: int,
    arguments: Mapping[str, Any],
    n_conditions: int = 0,
    precision: str = "float32",
) -> GenerativeModel:
    """The untrained model that `target` names, its initial weights drawn from `seed`.

    Args:
        target: dotted name of a `GenerativeModel` class.
        image_shape: (height, width, channels); height and width 8 to 64, channels 1 or 3.
        n_classes: how many classes the labels have; passed on to models of labels.
        seed: of initial weights and of the noise drawn while training.
        arguments: the class's other constructor arguments.
        n_conditions: how many conditions each row has; passed on to models of conditions.
        precision: `float32`; or `mixed_bfloat16`, in which layers compute with 16 bits and keep their weights in
            float32. That is of a model in training: one that is saved and loaded computes in float32.

    Raises:
        InputError: if `target` is no generative model, the shape or the precision is not supported, an argument is
            unknown, or there are no classes or conditions to learn from.
    """
    model_class: Any = instantiate.resolve_target(target)
    check_arguments(target, arguments)
    height, width, channels = image_shape
    if not (8 <= height <= 64 and 8 <= width <= 64 and channels in (1, 3)):
        raise InputError(f"image_shape must be 8 to 64 pixels a side with 1 or 3 channels, got {tuple(image_shape)}")
    make_reproducible(seed)
    if model_class.condition is not None:
        name, number = ("n_classes", n_classes) if model_class.condition == "labels" else ("n_conditions", n_conditions)
        if not number:
            raise InputError(f"{target} learns from {model_class.condition}, but the data has none")
        arguments = {**arguments, name: number}
    with dtype_scope(precision):
        return model_class(image_shape=tuple(image_shape), seed=seed, **arguments)


def check_arguments(target: str, arguments: Mapping[str, Any], where: str | None = None) -> None:
    """Checks arguments against the constructor of a generative model, as `standin.core.instantiate.check_arguments`.

    Raises:
        InputError: if `target` is not a generative model; or one line for each wrong argument.
    """
    model_class = instantiate.resolve_target(target)
    if not (inspect.isclass(model_class) and issubclass(model_class, GenerativeModel)):
        raise InputError(f"_target_ must name a generative model, got {target!r}")
    instantiate.check_arguments(target, arguments, where, SUPPLIED)


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
        condition: (n,) labels or (n, n_conditions) conditions, whichever a conditional model learns from; others do
            not read it.
        epochs: passes over the images; each has n // batch_size rounds of all players.
        batch_size: rows a step of a player.
        seed: of the order of rows and of the snapshots' latents.
        snapshot_epochs: after which epochs (from 1) to generate from the fixed latents; where there are any, also after
            the last one.
        snapshot_images: how many images a snapshot has.
        checkpoint: where to keep the state after each `checkpoint_every` epochs and the last; training goes on from
            there. It stays: who has kept what training leaves clears it.
        augmentation: arguments of `standin.training.augmentation.augment`, or None.
        min_steps: few images would make few rounds: then an epoch has several passes, until all together have so
            many.
        callbacks: further ones of Keras; each is called before the one that takes snapshots and keeps checkpoints.
    """
    if model.condition is None:
        condition = None
    model.check_condition(condition, len(images))
    arrays = {"images": images}
    if condition is not None:
        arrays[str(model.condition)] = condition.astype(np.int32 if model.condition == "labels" else np.float32)
    steps = max(1, len(images) // batch_size, math.ceil(min_steps / epochs))
    settings = {  # not the number of epochs: a training may be made longer on its way
        "batch_size": batch_size,
        "seed": seed,
        "steps": steps,
        "snapshots": [*snapshot_epochs, snapshot_images],
        "augmentation": None if augmentation is None else dict(augmentation),
    }
    if model.dtype_policy.name != "float32":
        settings["precision"] = model.dtype_policy.name
    run = fingerprint(
        {
            "class": type(model).__name__,
            "config": model.get_config(),
            "settings": settings,
            "code": code_digests(type(model)),
        },
        arrays,
    )
    if snapshot_epochs:
        snapshot_epochs = sorted({*snapshot_epochs, epochs})
    model.adapt(images, condition)
    latents = FixedLatents(snapshot_images, seed, condition, images.dtype)
    if not model.players:
        return Training({"epoch": []}, snapshots={0: latents.images(model)}, weights={}, resumed_at=0)

    state = checkpoint.restore(model.variables, run, epochs) if checkpoint else None
    done, history, snapshots, weights = state or Progress(0, {"epoch": []}, {}, {})
    if done:
        log.info("Training goes on after epoch %d of %d.", done, epochs)
        # It may have been meant to end elsewhere, after which a snapshot is taken too.
        snapshots = {epoch: kept for epoch, kept in snapshots.items() if epoch in snapshot_epochs}
        weights = {epoch: kept for epoch, kept in weights.items() if epoch in snapshot_epochs}
    record = _Record(model, run, history, snapshots, weights)
    record.snapshot_epochs, record.latents, record.images = snapshot_epochs, latents, images
    record.snapshot_stats = snapshot_stats(snapshots, images)
    record.checkpoint, record.checkpoint_every, record.last = checkpoint, checkpoint_every, epochs
    batches = Batches(
        arrays,
        batch_size=batch_size * model.batches_a_round,
        steps=steps,
        seed=seed,
        first_step=done * steps,
        augmentation=augmentation,
    )
    if done == epochs and snapshot_epochs:
        record.take_snapshot(done)
    fit(model, batches, epochs=epochs, initial_epoch=done, callbacks=[*callbacks, record], verbose=2)
    model.swap_moving_averages()
    return Training(history, snapshots, weights, done)


class FixedLatents:
    """What a snapshot is generated from: the same latents, and for conditional models the same questions, each time."""

    def __init__(self, rows: int, seed: int, condition: np.ndarray | None, dtype: Any) -> None:
        self.rows = rows
        self.seed = seed
        self.dtype = dtype
        self.condition = condition
        if condition is not None:  # each label in turn; or the conditions of the first rows
            different = np.unique(condition) if condition.ndim == 1 else condition
            self.condition = np.resize(different, (rows, *condition.shape[1:]))

    def images(self, model: GenerativeModel) -> np.ndarray:
        """(rows, height, width, channels), from the moving average where there is one."""
        with averaged(model):
            return stored(np.concatenate(list(model.sample(self.rows, self.seed, self.condition))), self.dtype)


@contextmanager
def averaged(model: GenerativeModel) -> Iterator[None]:
    """Moving averages in place of the weights, for as long as the block lasts."""
    model.swap_moving_averages()
    try:
        yield
    finally:
        model.swap_moving_averages()


class _Record(keras.callbacks.Callback):
    """After each epoch: the losses into the history, a snapshot where one is due, what went wrong, and a checkpoint."""

    latents: FixedLatents
    images: np.ndarray
    snapshot_stats: dict[int, SnapshotStats]
    snapshot_epochs: Sequence[int] = ()
    checkpoint: Checkpoint | None = None
    checkpoint_every = last = 1

    def __init__(
        self,
        generative_model: GenerativeModel,
        run: str,
        history: dict[str, list[float]],
        snapshots: dict[int, np.ndarray],
        weights: dict[int, list[np.ndarray]],
    ) -> None:
        super().__init__()
        self.generative_model = generative_model
        self.run = run
        self.history = history
        self.snapshots = snapshots
        self.weights = weights

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        done = epoch + 1
        self.history["epoch"].append(done)
        for name, value in (logs or {}).items():
            if not np.isfinite(value):
                raise TrainingError(f"{name} became {value} in epoch {done}: try a lower learning rate")
            self.history.setdefault(name, []).append(float(value))
        if done in self.snapshot_epochs:
            self.take_snapshot(done)
        for each in noticed(self.history, self.snapshot_stats, self.last):
            if each.epoch == done:
                log.warning("%s: %s.", each.what, each.sentence)
        if self.checkpoint and (done % self.checkpoint_every == 0 or done == self.last):
            progress = Progress(done, self.history, self.snapshots, self.weights)
            self.checkpoint.save(self.generative_model.variables, self.run, progress)

    def take_snapshot(self, epoch: int) -> None:
        self.snapshots[epoch] = self.latents.images(self.generative_model)
        if self.generative_model.snapshot_weights:
            with averaged(self.generative_model):
                self.weights[epoch] = trainable_arrays(self.generative_model)
        self.snapshot_stats = snapshot_stats(self.snapshots, self.images)


def trainable_arrays(model: GenerativeModel) -> list[np.ndarray]:
    """The weights that players own, in their order."""
    return [keras.ops.convert_to_numpy(v.value) for player in model.players for v in player.variables]


def set_trainable_arrays(model: GenerativeModel, weights: Sequence[np.ndarray]) -> None:
    """Puts back what `trainable_arrays` gave."""
    variables = [v for player in model.players for v in player.variables]
    for variable, array in zip(variables, weights, strict=True):
        variable.assign(array)
