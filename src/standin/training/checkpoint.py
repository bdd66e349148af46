"""Checkpoints: the complete state from which an interrupted training run resumes with the same result.

A checkpoint is one `.npz` (no pickles) with every variable of a network and its optimizers, including moments and
random seeds, and the history and the snapshots so far. It carries a fingerprint of model, settings, code and data; a
checkpoint with another fingerprint is ignored.
"""

import hashlib
import json
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from standin.io.atomic import atomic_write
from standin.io.npz import BROKEN

log = logging.getLogger(__name__)


def fingerprint(description: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> str:
    """Identifies a training run by its model, code and settings (`description`) and its training data (`arrays`)."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(json.dumps(description, sort_keys=True, default=str).encode())
    for name in sorted(arrays):
        digest.update(f"{name}{arrays[name].shape}{arrays[name].dtype}".encode())
        digest.update(np.ascontiguousarray(arrays[name]).data)
    return digest.hexdigest()


@dataclass
class Progress:
    """The progress of a training run. Callbacks update it in place.

    Attributes:
        history: name -> value by epoch; `epoch` counts from 1.
        snapshots: epoch -> (n, height, width, channels) generated images.
        weights: epoch -> the model's weights after it, if they are kept.
    """

    history: dict[str, list[float]] = field(default_factory=lambda: {"epoch": []})
    snapshots: dict[int, np.ndarray] = field(default_factory=dict)
    weights: dict[int, list[np.ndarray]] = field(default_factory=dict)

    @property
    def epoch(self) -> int:
        """Finished epochs."""
        return len(self.history["epoch"])


class Checkpoint:
    """The latest state of one training run, in the file `<name>.npz`; the first `save` creates the folder."""

    def __init__(self, folder: str | os.PathLike[str], name: str = "checkpoint") -> None:
        self.path = Path(folder) / f"{name}.npz"

    def child(self, name: str) -> "Checkpoint":
        """The checkpoint of a part of this training run, in a file next to this one's."""
        return Checkpoint(self.path.parent, f"{self.path.stem}.{name}")

    def save(self, variables: Sequence[keras.Variable], run: str, progress: Progress) -> None:
        """Replaces the file atomically, so that an interrupted write leaves the previous checkpoint."""
        arrays = {f"variable_{i}": keras.ops.convert_to_numpy(v.value) for i, v in enumerate(variables)}
        arrays |= {f"snapshot_{epoch}": images for epoch, images in progress.snapshots.items()}
        for epoch, weights in progress.weights.items():
            arrays |= {f"weights_{epoch}_{i}": array for i, array in enumerate(weights)}
        state = json.dumps({"run": run, "history": progress.history})
        with atomic_write(self.path) as partial:
            np.savez(partial, state=np.array(state), **arrays)

    def restore(self, variables: Sequence[keras.Variable], run: str, epochs: int) -> Progress | None:
        """Loads the state into `variables`, in the order in which they were saved.

        Args:
            run: the required fingerprint.
            epochs: the largest number of epochs that the checkpoint may have finished.

        Returns:
            None if no such checkpoint exists or it cannot be read (after a power cut, for example).
        """
        if not self.path.exists():
            return None
        try:
            state = self._read(len(variables), run, epochs)
        except BROKEN as error:
            log.warning("Cannot read %s (%s). Starting from scratch.", self.path, str(error) or type(error).__name__)
            return None
        if state is None:
            log.warning("Ignoring %s: data, model, settings or code differ. Starting from scratch.", self.path)
            return None
        assign(variables, state[0])
        return state[1]

    def _read(self, n_variables: int, run: str, epochs: int) -> tuple[list[np.ndarray], Progress] | None:
        with np.load(self.path, allow_pickle=False) as arrays:
            state = json.loads(str(arrays["state"]))
            if state["run"] != run or len(state["history"]["epoch"]) > epochs:
                return None
            values = [arrays[f"variable_{i}"] for i in range(n_variables)]
            progress = Progress(state["history"])
            for name in arrays.files:  # in the order in which they were written
                content, *numbers = name.split("_")
                if content == "snapshot":
                    progress.snapshots[int(numbers[0])] = arrays[name]
                elif content == "weights":
                    progress.weights.setdefault(int(numbers[0]), []).append(arrays[name])
        return values, progress

    def clear(self) -> None:
        """Removes the file; call it once the results are stored."""
        self.path.unlink(missing_ok=True)

    def clear_children(self) -> None:
        """Removes the files of all descendants."""
        for path in self.path.parent.glob(f"{self.path.stem}.*.npz"):
            path.unlink(missing_ok=True)


def assign(variables: Sequence[keras.Variable], values: Sequence[np.ndarray]) -> None:
    """Gives each variable its value."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
