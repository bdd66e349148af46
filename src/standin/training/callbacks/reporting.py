"""Reports the progress of a training."""

import logging
from typing import Any

import keras

from standin.core import progress

log = logging.getLogger(__name__)


class ReportCallback(keras.callbacks.Callback):
    """Reports each step, and logs the losses of each epoch on level DEBUG.

    Args:
        steps: per epoch.
        epochs: in all, those before resuming included.
        unit: `epoch`, or `step` where epochs are intervals between two points of a curve.
    """

    def __init__(self, steps: int, epochs: int, unit: str) -> None:
        super().__init__()
        self.steps, self.epochs, self.unit, self.epoch = steps, epochs, unit, 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.epoch = epoch
        self._report(0)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self._report(batch + 1)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        losses = ", ".join(f"{name} {value:.4g}" for name, value in (logs or {}).items())
        log.debug("%s: %s", self._words(self.steps), losses)

    def _report(self, steps: int) -> None:
        progress.report((self.epoch * self.steps + steps) / (self.epochs * self.steps), self._words(steps))

    def _words(self, steps: int) -> str:
        if self.unit == "epoch":
            return f"epoch {self.epoch + 1} of {self.epochs}"
        return f"step {self.epoch * self.steps + steps:,} of {self.epochs * self.steps:,}"
