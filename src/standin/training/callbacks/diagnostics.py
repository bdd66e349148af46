"""Warns of failing generative models while they train."""

import logging
from typing import Any

import keras
import numpy as np

from standin.training.checkpoint import Progress
from standin.training.diagnostics import diagnose, snapshot_stats

log = logging.getLogger(__name__)


class DiagnosticsCallback(keras.callbacks.Callback):
    """Logs each diagnosis of a training run on `images`, which ends in epoch `last`, once, as a warning."""

    def __init__(self, progress: Progress, images: np.ndarray, last: int) -> None:
        super().__init__()
        self.progress, self.images, self.last = progress, images, last
        self.stats = snapshot_stats(progress.snapshots, images)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self.progress.epoch in self.progress.snapshots:
            self.stats = snapshot_stats(self.progress.snapshots, self.images)
        for diagnosis in diagnose(self.progress.history, self.stats, self.last):
            if diagnosis.epoch == self.progress.epoch:
                log.warning("%s: %s.", diagnosis.problem, diagnosis.message)
