"""Stops a training run whose loss is no longer a finite number."""

from typing import Any

import keras
import numpy as np

from standin.core.errors import TrainingError
from standin.training.checkpoint import Progress


class TerminateOnNonFinite(keras.callbacks.Callback):
    """Raises TrainingError after the first epoch that logs an infinite value or NaN; messages call an epoch `unit`.

    It precedes `CheckpointCallback`, so that such a state is never saved.
    """

    def __init__(self, progress: Progress, unit: str = "epoch") -> None:
        super().__init__()
        self.progress, self.unit = progress, unit

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        for name, value in (logs or {}).items():
            if not np.isfinite(value):
                where = f"{self.unit} {self.progress.epoch + 1}"
                raise TrainingError(f"{name} became {value} in {where}: try a lower learning rate")
