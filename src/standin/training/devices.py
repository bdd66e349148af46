"""Data parallel training by Keras' distribution: every device holds the whole model and takes its share of each batch.

Losses, gradients and batch statistics are those of the whole batch, so that the mathematics is that of one device; sums
are added up in another order.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import keras

from standin.core.errors import InputError


def check_devices(devices: int, batch_size: int) -> None:
    """
    Raises:
        InputError: so many devices cannot share batches of this size here.
    """
    if devices == 1:
        return
    backend = keras.backend.backend()
    if backend != "jax":
        raise InputError(f"devices must be 1 with Keras on {backend}, got {devices}: set KERAS_BACKEND=jax")
    found = keras.distribution.list_devices()
    if devices > len(found):
        raise InputError(f"devices must be at most the {len(found)} that there are here ({found[0]}…), got {devices}")
    if batch_size % devices:
        raise InputError(f"devices must divide the batch_size of {batch_size}, got {devices}")


@contextmanager
def data_parallel(devices: int, batch_size: int) -> Iterator[None]:
    """A model that is built and trained in the block has each batch shared among the first so many devices.

    Args:
        batch_size: rows a step.

    Raises:
        InputError: so many devices cannot share batches of this size here.
    """
    check_devices(devices, batch_size)
    if devices == 1:
        yield
        return
    first = keras.distribution.list_devices()[:devices]
    with keras.distribution.DataParallel(devices=first, auto_shard_dataset=False).scope():
        yield
