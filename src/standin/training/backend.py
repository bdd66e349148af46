"""The engine's module for Keras' active backend, imported when first needed."""

import ctypes
import importlib
import os
import sys
from functools import cache
from types import ModuleType

import keras

from standin.core.errors import InputError


def active() -> ModuleType:
    """`standin.training.tensorflow` or `standin.training.jax`.

    Raises:
        InputError: on another Keras backend.
    """
    name = keras.backend.backend()
    if name not in ("tensorflow", "jax"):
        raise InputError(f"KERAS_BACKEND must be 'tensorflow' or 'jax', got {name!r}")
    return importlib.import_module(f"standin.training.{name}")


def device() -> str:
    """The device and the libraries that train, such as `CPU, 2 cores (tensorflow 2.21.0, Keras 3.12.0)`; of several
    accelerators the first, which is the one in use."""
    backend = keras.backend.backend()
    accelerators = active().accelerators()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    version = sys.modules[backend].__version__
    name = accelerators[0] if accelerators else f"CPU, {cores} cores"
    return f"{name} ({backend} {version}, Keras {keras.version()})"


def make_reproducible(seed: int) -> None:
    """Seeds Python, NumPy and the backend, and enables deterministic kernels."""
    keep_memory()
    keras.utils.set_random_seed(seed)
    active().make_deterministic()


@cache
def keep_memory() -> None:
    """Makes glibc's allocator keep freed memory for the next step instead of returning it to the system.

    Training allocates and frees the same large arrays at every step. By default they come from the system as new
    pages and go back to it; where page faults are expensive (containers, sandboxes) that takes a good part of a step.
    It does nothing except on Linux with glibc.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return  # another C library
    mmap_max, trim_threshold, top_pad = -4, -1, -2  # names in malloc.h
    mallopt(mmap_max, 0)
    mallopt(trim_threshold, 2**31 - 1)
    mallopt(top_pad, 2**26)
