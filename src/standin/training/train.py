"""`build_model` and `train`: from a class and arrays to a trained generative model, without Kedro and MLflow."""

import inspect
import logging
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np

from standin import targets
from standin.errors import InputError
from standin.training.backend import make_reproducible
from standin.training.batches import Batches, to_uint8
from standin.training.checkpoint import Checkpoint, fingerprint
from standin.training.generative_model import GenerativeModel

log = logging.getLogger(__name__)


class Training(NamedTuple):
    """What training leaves beside the model.

    Attributes:
        history: name -> value by epoch: the mean over the epoch of each player's loss and logs; and `epoch`, from 1.
        snapshots: epoch -> (rows, height, width, channels) uint8, generated from one fixed batch of latents.
        resumed_at: epochs that an interrupted run had already done.
    """

    history: dict[str, list[float]]
    snapshots: dict[int, np.ndarray]
    resumed_at: int


def build_model(
    target: str, image_shape: Sequence[int], n_classes: int, seed: int, arguments: Mapping[str, Any]
) -> GenerativeModel:
    """The untrained model that `target` names, its initial weights drawn from `seed`.

    Args:
        target: dotted name of a `GenerativeModel` class.
        image_shape: (height, width, channels); height and width 8 to 64, channels 1 or 3.
        n_classes: how many classes the labels have; passed on to conditional models.
        seed: of initial weights and of the noise drawn while training.
        arguments: the class's other constructor arguments.

    Raises:
        InputError: if `target` is no generative model, the shape is not supported, or an argument is unknown.
    """
    model_class: Any = targets.resolve_target(target)
    check_arguments(target, arguments)
    height, width, channels = image_shape
    if not (8 <= height <= 64 and 8 <= width <= 64 and channels in (1, 3)):
        raise InputError(f"image_shape must be 8 to 64 pixels a side with 1 or 3 channels, got {tuple(image_shape)}")
    make_reproducible(seed)
    if model_class.conditional:
        arguments = {**arguments, "n_classes": n_classes}
    return model_class(image_shape=tuple(image_shape), seed=seed, **arguments)


def check_arguments(target: str, arguments: Iterable[str]) -> None:
    """Refuses constructor arguments that the class does not have.

    Raises:
        InputError: if `target` is no generative model, or names the arguments that it does not know.
    """
    model_class = targets.resolve_target(target)
    if not (inspect.isclass(model_class) and issubclass(model_class, GenerativeModel)):
        raise InputError(f"_target_ must name a generative model, got {target!r}")
    targets.check_arguments(target, arguments, supplied=("image_shape", "n_classes", "seed"))


def train(
    model: GenerativeModel,
    images: np.ndarray,
    labels: np.ndarray | None = None,
    *,
    epochs: int,
    batch_size: int,
    seed: int,
    snapshot_epochs: Sequence[int] = (),
    snapshot_rows: int = 100,
    checkpoint: Checkpoint | None = None,
    checkpoint_every: int = 1,
) -> Training:
    """Trains `model` in place.

    Args:
        images: (n, height, width, channels) uint8.
        labels: (n,) integers; read by conditional models only.
        epochs: passes over the images; each has n // batch_size rounds of all players.
        batch_size: rows a round.
        seed: of the order of rows and of the snapshots' latents.
        snapshot_epochs: after which epochs (from 1) to generate from the fixed latents; others are skipped.
        snapshot_rows: how many images a snapshot has.
        checkpoint: where to keep the state after each `checkpoint_every` epochs; training goes on from there.
    """
    labels = labels if model.conditional else None
    arrays = {"images": images} | ({} if labels is None else {"labels": labels.astype(np.int32)})
    settings = {
        "epochs": epochs,
        "batch_size": batch_size,
        "seed": seed,
        "snapshots": [*snapshot_epochs, snapshot_rows],
    }
    run = fingerprint(model, arrays, settings)
    model.adapt(images, labels)
    if not model.players:
        snapshot = _snapshot(model, snapshot_rows, seed, labels)
        return Training(history={"epoch": []}, snapshots={0: snapshot}, resumed_at=0)

    state = checkpoint.restore(model, run) if checkpoint else None
    done, history, snapshots = state or (0, {"epoch": []}, {})
    if done:
        log.info("Training goes on after epoch %d of %d.", done, epochs)
    steps = max(1, len(images) // batch_size)
    record = _Record(
        model, run, history, snapshots, snapshot_epochs, lambda: _snapshot(model, snapshot_rows, seed, labels)
    )
    record.checkpoint, record.checkpoint_every = checkpoint, checkpoint_every
    model.fit(
        Batches(arrays, batch_size=batch_size, steps=steps, seed=seed, first_step=done * steps),
        epochs=epochs,
        initial_epoch=done,
        shuffle=False,  # Batches are shuffled already, by a seed
        callbacks=[record],
        verbose=1 if sys.stdout.isatty() else 2,
    )
    if model.keeps_moving_average:
        model.swap_moving_averages()
    if checkpoint:
        checkpoint.clear()
    return Training(history, snapshots, done)


class _Record(keras.callbacks.Callback):
    """After each epoch: the losses into the history, a snapshot where one is due, and a checkpoint."""

    checkpoint: Checkpoint | None = None
    checkpoint_every = 1

    def __init__(
        self,
        generative_model: GenerativeModel,
        run: str,
        history: dict[str, list[float]],
        snapshots: dict[int, np.ndarray],
        snapshot_epochs: Sequence[int],
        snapshot: Callable[[], np.ndarray],
    ) -> None:
        super().__init__()
        self.generative_model = generative_model
        self.run = run
        self.history = history
        self.snapshots = snapshots
        self.snapshot_epochs = snapshot_epochs
        self.snapshot = snapshot

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        done = epoch + 1
        self.history["epoch"].append(done)
        for name, value in (logs or {}).items():
            if not np.isfinite(value):
                raise FloatingPointError(f"{name} became {value} in epoch {done}: try a lower learning rate")
            self.history.setdefault(name, []).append(float(value))
        if done in self.snapshot_epochs:
            self.snapshots[done] = self.snapshot()
        if self.checkpoint and done % self.checkpoint_every == 0:
            self.checkpoint.save(self.generative_model, self.run, done, self.history, self.snapshots)


def _snapshot(model: GenerativeModel, rows: int, seed: int, labels: np.ndarray | None) -> np.ndarray:
    """(rows, height, width, channels) uint8 from latents that are the same at every call."""
    wanted = None if labels is None else np.resize(np.unique(labels), rows)
    averaged = model.players and model.keeps_moving_average
    if averaged:
        model.swap_moving_averages()
    images = np.concatenate(list(model.sample(rows, seed, wanted)))
    if averaged:
        model.swap_moving_averages()
    return to_uint8(images)
