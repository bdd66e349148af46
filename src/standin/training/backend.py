"""Which backend file the engine uses: the one of Keras' active backend, imported when first needed."""

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
    """What trains here, such as `CPU, 2 cores (tensorflow 2.21.0, Keras 3.12.0)`; of several accelerators the first,
    which is the one that is used."""
    backend = keras.backend.backend()
    found = active().accelerators()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    version = sys.modules[backend].__version__
    return f"{found[0] if found else f'CPU, {cores} cores'} ({backend} {version}, Keras {keras.version()})"


def make_reproducible(seed: int) -> None:
    """Seeds Python, NumPy and the backend, and asks for deterministic kernels."""
    keep_memory()
    keras.utils.set_random_seed(seed)
    active().make_deterministic()


@cache
def keep_memory() -> None:
    """Asks glibc's allocator to keep freed memory for the next step, in place of handing it back to the system.

    Training allocates and frees the same large arrays at every step. By default each comes from the system as fresh
    pages and goes back; where page faults are dear (containers, sandboxes) that takes a good part of a step's time.
    Elsewhere than on Linux with glibc this does nothing.
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
