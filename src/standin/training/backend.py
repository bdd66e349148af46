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
    """`standin.training.tensorflow` or `standin.training.jax`; InputError on another Keras backend."""
    name = keras.backend.backend()
    if name not in ("tensorflow", "jax"):
        raise InputError(f"KERAS_BACKEND must be 'tensorflow' or 'jax', got {name!r}")
    return importlib.import_module(f"standin.training.{name}")


def device() -> str:
    """The device (the first accelerator, if any) and libraries used for training, such as
    `CPU, 2 cores (tensorflow 2.21.0, Keras 3.12.0)`."""
    backend = keras.backend.backend()
    accelerators = active().accelerators()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    version = sys.modules[backend].__version__
    name = next(iter(accelerators), f"CPU, {cores} cores")
    return f"{name} ({backend} {version}, Keras {keras.version()})"


def make_reproducible(seed: int) -> None:
    """Seeds Python, NumPy and the backend, and enables deterministic kernels."""
    keep_memory()
    keras.utils.set_random_seed(seed)
    active().make_deterministic()


@cache
def keep_memory() -> None:
    """Makes glibc's allocator (on Linux) keep freed memory for the next step instead of returning it to the system.

    Each step allocates and frees the same large arrays. Where page faults are expensive (containers, sandboxes),
    getting new pages from the system takes a considerable part of a step.
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
