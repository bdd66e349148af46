"""Checkpoints: all that training needs to go on after an interruption as if there had been none.

A checkpoint is one `.npz` (no pickles) that holds every variable of a network and of its optimizers, moments and random
seeds among them, with the epoch, the history and the snapshots so far. It carries a fingerprint of what is being
trained on what; a checkpoint of something else is left unused.
"""

import hashlib
import json
import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np

from standin.io.atomic import atomic_write
from standin.io.npz import BROKEN

log = logging.getLogger(__name__)


def fingerprint(description: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> str:
    """Identifies a training run.

    Args:
        description: of what is trained, by which code, with which settings.
        arrays: on what.
    """
    digest = hashlib.blake2b(digest_size=16)
    digest.update(json.dumps(description, sort_keys=True, default=str).encode())
    for name in sorted(arrays):
        digest.update(f"{name}{arrays[name].shape}{arrays[name].dtype}".encode())
        digest.update(np.ascontiguousarray(arrays[name]).data)
    return digest.hexdigest()


class Progress(NamedTuple):
    """How far a training has come.

    Attributes:
        epoch: epochs done.
        history: name -> value by epoch.
        snapshots: epoch -> generated images.
        weights: epoch -> the model's weights then, for models that keep them.
    """

    epoch: int
    history: dict[str, list[float]]
    snapshots: dict[int, np.ndarray]
    weights: dict[int, list[np.ndarray]]


class Checkpoint:
    """The latest state of one training run, in one file.

    Args:
        folder: where the file lies; made when first written.
        name: of the file, without its suffix.
    """

    def __init__(self, folder: str | os.PathLike[str], name: str = "checkpoint") -> None:
        self.path = Path(folder) / f"{name}.npz"

    def part(self, name: str) -> "Checkpoint":
        """The checkpoint of one of several trainings that together are this one, in a file beside."""
        return Checkpoint(self.path.parent, f"{self.path.stem}.{name}")

    def save(self, variables: Sequence[keras.Variable], run: str, progress: Progress) -> None:
        """Replaces the file in one step, so that a cut-off write leaves the previous checkpoint."""
        arrays = {f"variable_{i}": keras.ops.convert_to_numpy(v.value) for i, v in enumerate(variables)}
        arrays |= {f"snapshot_{epoch}": images for epoch, images in progress.snapshots.items()}
        for epoch, kept in progress.weights.items():
            arrays |= {f"weights_{epoch}_{i}": array for i, array in enumerate(kept)}
        state = json.dumps({"run": run, "epoch": progress.epoch, "history": progress.history})
        with atomic_write(self.path) as partial:
            np.savez(partial, state=np.array(state), **arrays)

    def restore(self, variables: Sequence[keras.Variable], run: str, epochs: int) -> Progress | None:
        """Loads the state into `variables`; None if there is none of `run` after at most so many epochs, or none that
        can be read (after a power cut, say)."""
        if not self.path.exists():
            return None
        try:
            found = self._read(len(variables), run, epochs)
        except BROKEN as error:
            log.warning("%s cannot be read (%s): training begins anew.", self.path, str(error) or type(error).__name__)
            return None
        if found is None:
            return None
        values, progress = found
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        return progress

    def _read(self, variables: int, run: str, epochs: int) -> tuple[list[np.ndarray], Progress] | None:
        with np.load(self.path, allow_pickle=False) as arrays:
            state = json.loads(str(arrays["state"]))
            if state["run"] != run or state["epoch"] > epochs:
                log.warning(
                    "%s is of a training on other images, of another model, with other settings, or by other code: it "
                    "is left unused, and replaced.",
                    self.path,
                )
                return None
            values = [arrays[f"variable_{i}"] for i in range(variables)]
            prefix = "snapshot_"
            snapshots = {int(k.removeprefix(prefix)): arrays[k] for k in arrays.files if k.startswith(prefix)}
            weights: dict[int, list[np.ndarray]] = {}
            for name in arrays.files:  # in the order in which they were written
                if name.startswith("weights_"):
                    weights.setdefault(int(name.split("_")[1]), []).append(arrays[name])
        return values, Progress(state["epoch"], state["history"], snapshots, weights)

    def clear(self) -> None:
        """Removes the file: for whoever has kept what the training left."""
        self.path.unlink(missing_ok=True)

    def clear_parts(self) -> None:
        """Removes the files of all parts, and of theirs."""
        for part in self.path.parent.glob(f"{self.path.stem}.*.npz"):
            part.unlink(missing_ok=True)
