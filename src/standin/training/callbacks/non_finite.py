"""Stops a training whose loss is no longer a finite number."""

from typing import Any

import keras
import numpy as np

from standin.core.errors import TrainingError
from standin.training.checkpoint import Progress


class TerminateOnNonFinite(keras.callbacks.Callback):
    """Fails after the first epoch that logs a value that is infinite or not a number.

    It goes before `CheckpointCallback`, so that such a state is never saved.

    Args:
        progress: counts the epochs that were finished before.
        unit: what the message calls an epoch.

    Raises:
        TrainingError: from `on_epoch_end`; names the log, its value and the epoch.
    """

    def __init__(self, progress: Progress, unit: str = "epoch") -> None:
        super().__init__()
        self.progress, self.unit = progress, unit

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        for name, value in (logs or {}).items():
            if not np.isfinite(value):
                where = f"{self.unit} {self.progress.epoch + 1}"
                raise TrainingError(f"{name} became {value} in {where}: try a lower learning rate")
