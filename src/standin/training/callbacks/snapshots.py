"""Keeps generated images and weights at chosen epochs."""

from collections.abc import Callable, Collection
from typing import Any

import keras
import numpy as np

from standin.training.checkpoint import Progress


class SnapshotCallback(keras.callbacks.Callback):
    """Takes a snapshot after each of the given epochs.

    Args:
        epochs: counted from 1.
        images: generates (n, height, width, channels) with the current model; None: no images.
        weights: returns the current weights; None: no weights.
    """

    def __init__(
        self,
        progress: Progress,
        epochs: Collection[int],
        images: Callable[[], np.ndarray] | None = None,
        weights: Callable[[], list[np.ndarray]] | None = None,
    ) -> None:
        super().__init__()
        self.progress, self.epochs, self.images, self.weights = progress, epochs, images, weights

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self.progress.epoch in self.epochs:
            self.take()

    def take(self) -> None:
        """Takes a snapshot of the last finished epoch."""
        if self.images:
            self.progress.snapshots[self.progress.epoch] = self.images()
        if self.weights:
            self.progress.weights[self.progress.epoch] = self.weights()
