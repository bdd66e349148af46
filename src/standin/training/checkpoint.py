"""Checkpoints: all that training needs to go on after an interruption as if there had been none.

A checkpoint is one `.npz` (no pickles) that holds every variable of the model, optimiser moments and random seeds
among them, with the epoch, the history and the snapshots so far. It carries a fingerprint of what is being trained on
what; a checkpoint of something else is left unused.
"""

import hashlib
import json
import logging
import os
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np

from standin.code import code_of
from standin.files import replacing
from standin.training.generative_model import GenerativeModel

log = logging.getLogger(__name__)


def fingerprint(model: GenerativeModel, arrays: dict[str, np.ndarray], settings: dict[str, Any]) -> str:
    """Identifies a training run: the model's configuration and code, the data and the settings."""
    digest = hashlib.blake2b(digest_size=16)
    description = {
        "class": type(model).__name__,
        "config": model.get_config(),
        "settings": settings,
        "code": code_of(type(model)),
    }
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
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.path = Path(folder) / "checkpoint.npz"

    def save(self, model: GenerativeModel, run: str, progress: Progress) -> None:
        """Replaces the file in one step, so that a cut-off write leaves the previous checkpoint."""
        arrays = {f"variable_{i}": keras.ops.convert_to_numpy(v.value) for i, v in enumerate(model.variables)}
        arrays |= {f"snapshot_{epoch}": images for epoch, images in progress.snapshots.items()}
        for epoch, kept in progress.weights.items():
            arrays |= {f"weights_{epoch}_{i}": array for i, array in enumerate(kept)}
        state = json.dumps({"run": run, "epoch": progress.epoch, "history": progress.history})
        with replacing(self.path) as partial:
            np.savez(partial, state=np.array(state), **arrays)

    def restore(self, model: GenerativeModel, run: str, epochs: int) -> Progress | None:
        """Loads the state into `model`; None if there is none of `run` after at most so many epochs."""
        if not self.path.exists():
            return None
        with np.load(self.path, allow_pickle=False) as arrays:
            state = json.loads(str(arrays["state"]))
            if state["run"] != run or state["epoch"] > epochs:
                log.warning(
                    "%s is of a training on other images, of another model, with other settings, or by other code: it "
                    "is left unused, and replaced.",
                    self.path,
                )
                return None
            for i, variable in enumerate(model.variables):
                variable.assign(arrays[f"variable_{i}"])
            prefix = "snapshot_"
            snapshots = {int(k.removeprefix(prefix)): arrays[k] for k in arrays.files if k.startswith(prefix)}
            weights: dict[int, list[np.ndarray]] = {}
            for name in arrays.files:  # in the order in which they were written
                if name.startswith("weights_"):
                    weights.setdefault(int(name.split("_")[1]), []).append(arrays[name])
        return Progress(state["epoch"], state["history"], snapshots, weights)

    def clear(self) -> None:
        """Removes the file: for whoever has kept what the training left."""
        self.path.unlink(missing_ok=True)
