"""Saves the state of a training run, so that it can resume."""

import time
from collections.abc import Sequence
from typing import Any

import keras

from standin.training.checkpoint import Checkpoint, Progress


class CheckpointCallback(keras.callbacks.Callback):
    """Saves after the last epoch, and before it after every `every` epochs but at most once in `seconds`.

    Args:
        variables: the whole state: of networks, optimizers and random generators.
        run: fingerprint of the training run, which a checkpoint must match to be resumed.
        last: the final epoch.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        variables: Sequence[keras.Variable],
        run: str,
        progress: Progress,
        last: int,
        every: int = 1,
        seconds: float = 0.0,
    ) -> None:
        super().__init__()
        self.checkpoint, self.variables, self.run, self.progress = checkpoint, variables, run, progress
        self.last, self.every, self.seconds = last, every, seconds
        self.saved_at = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        done = self.progress.epoch
        due = done % self.every == 0 and time.monotonic() - self.saved_at >= self.seconds
        if due or done == self.last:
            self.checkpoint.save(self.variables, self.run, self.progress)
            self.saved_at = time.monotonic()
