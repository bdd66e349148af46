"""Records losses and metrics by epoch."""

from typing import Any

import keras

from standin.training.checkpoint import Progress


class HistoryCallback(keras.callbacks.Callback):
    """Appends the number and the logs of each epoch to the history, which counts epochs over several calls of `fit`."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self.progress = progress

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.progress.history["epoch"].append(self.progress.epoch + 1)
        for name, value in (logs or {}).items():
            self.progress.history.setdefault(name, []).append(float(value))
