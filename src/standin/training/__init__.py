"""The training engine: players, the alternating step, batches, checkpoints, `build_model` and `train`."""

from standin.training.batches import Batches, fit_batches
from standin.training.build import build_model, check_arguments
from standin.training.checkpoint import Checkpoint
from standin.training.devices import check_devices, data_parallel
from standin.training.generative_model import GenerativeModel
from standin.training.optimizers import adam
from standin.training.players import Batch, Player
from standin.training.precision import in_float32
from standin.training.train import Training, set_trainable_arrays, train, trainable_arrays

__all__ = [
    "Batch",
    "Batches",
    "Checkpoint",
    "GenerativeModel",
    "Player",
    "Training",
    "adam",
    "build_model",
    "check_arguments",
    "check_devices",
    "data_parallel",
    "fit_batches",
    "in_float32",
    "set_trainable_arrays",
    "train",
    "trainable_arrays",
]
