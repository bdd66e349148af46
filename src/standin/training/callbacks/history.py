"""Records losses and metrics by epoch."""

from typing import Any

import keras

from standin.training.checkpoint import Progress


class HistoryCallback(keras.callbacks.Callback):
    """Appends the epoch's number and each of its logs to the history.

    Epochs are counted by the history itself, so that they go on over several calls of Keras' `fit`.

    Args:
        progress: whose `history` grows.
    """

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self.progress = progress

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        history = self.progress.history
        history["epoch"].append(self.progress.epoch + 1)
        for name, value in (logs or {}).items():
            history.setdefault(name, []).append(float(value))
