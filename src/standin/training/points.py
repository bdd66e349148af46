"""Training of a single network by points: stretches of equal steps, each with its loss, at which the state is kept."""

import logging
import time
from collections.abc import Collection, Sequence
from typing import Any

import keras
import numpy as np

from standin.training.checkpoint import Checkpoint, Progress

log = logging.getLogger(__name__)
EVERY = 5.0
"""Seconds after which the state is kept again, at the next point."""


def intervals(steps: int, at_most: int) -> int:
    """As many points as divide the steps, so that none is left over."""
    return max(n for n in range(1, min(at_most, steps) + 1) if steps % n == 0)


class Points(keras.callbacks.Callback):
    """What each point of a training gave, in Keras' `fit`, where an epoch is a point.

    Args:
        checkpoint: where the state is kept, and where that of a training that was cut off lies; or None.
        variables: all of the network and its optimizer; restored here.
        run: a fingerprint of the training.
        last: how many points there will be.
        keep_weights: points at which the network's weights are wanted.

    Attributes:
        done: points so far.
        curve: name -> value by point.
        weights: point -> the network's weights then, as its `get_weights` gives them.
    """

    def __init__(
        self,
        checkpoint: Checkpoint | None,
        variables: Sequence[keras.Variable],
        run: str,
        last: int,
        keep_weights: Collection[int] = (),
    ) -> None:
        super().__init__()
        self.checkpoint, self.variables, self.run, self.last = checkpoint, variables, run, last
        self.keep_weights = keep_weights
        found = checkpoint.restore(variables, run, last) if checkpoint else None
        self.done, self.curve, _, self.weights = found or Progress(0, {}, {}, {})
        self.kept = time.monotonic()
        if self.done:
            log.info("Training goes on after point %d of %d.", self.done, last)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.done += 1
        for name, value in (logs or {}).items():
            self.curve.setdefault(name, []).append(float(value))
        if self.done in self.keep_weights:
            self.weights[self.done] = self.model.get_weights()
        sound = all(np.isfinite(values[-1]) for values in self.curve.values())
        if not sound:  # nothing comes of the rest
            self.model.stop_training = True
        if self.checkpoint and sound and (self.done == self.last or time.monotonic() - self.kept > EVERY):
            self.checkpoint.save(self.variables, self.run, Progress(self.done, self.curve, {}, self.weights))
            self.kept = time.monotonic()
