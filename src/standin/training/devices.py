"""Data parallel training by Keras' distribution: every device holds the whole model and processes a part of each batch.

Losses, gradients and batch statistics are those of the whole batch, as on one device; only the order of sums differs.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import keras

from standin.core.errors import InputError


def check_devices(devices: int, batch_size: int) -> None:
    """Raises InputError if the backend, the machine or the batch size does not allow so many devices."""
    if devices == 1:
        return
    backend = keras.backend.backend()
    if backend != "jax":
        raise InputError(f"devices must be 1 with Keras on {backend}, got {devices}: set KERAS_BACKEND=jax")
    available = keras.distribution.list_devices()
    if devices > len(available):
        raise InputError(f"devices must be at most {len(available)} on this machine ({available[0]}…), got {devices}")
    if batch_size % devices:
        raise InputError(f"devices must divide the batch_size of {batch_size}, got {devices}")


@contextmanager
def data_parallel(devices: int, batch_size: int) -> Iterator[None]:
    """A model built and trained in the block splits each batch over the first devices; errors as `check_devices`."""
    check_devices(devices, batch_size)
    if devices == 1:
        yield
        return
    first = keras.distribution.list_devices()[:devices]
    with keras.distribution.DataParallel(devices=first, auto_shard_dataset=False).scope():
        yield
