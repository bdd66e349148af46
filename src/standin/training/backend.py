"""Which backend file the engine uses: the one of Keras' active backend, imported when first needed."""

import importlib
from types import ModuleType

import keras


def active() -> ModuleType:
    """`standin.training.tensorflow` or `standin.training.jax`.

    Raises:
        RuntimeError: on another Keras backend.
    """
    name = keras.backend.backend()
    if name not in ("tensorflow", "jax"):
        raise RuntimeError(f"KERAS_BACKEND must be 'tensorflow' or 'jax', got {name!r}")
    return importlib.import_module(f"standin.training.{name}")


def make_reproducible(seed: int) -> None:
    """Seeds Python, NumPy and the backend, and asks for deterministic kernels."""
    keras.utils.set_random_seed(seed)
    active().make_deterministic()
