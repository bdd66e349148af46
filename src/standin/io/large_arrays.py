"""Arrays that may be larger than memory.

Small ones are plain arrays. Large ones lie in a file, of which the system holds in memory what is looked at: in the
`.npz` file that they were saved in, or in a temporary one that goes when the array does (`TMPDIR` says where; it should
be on a disk).
"""

import os
import tempfile
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

LARGE = 2**28
"""Bytes from which an array is large."""
ROWS = 4096
"""Copied at once."""


def empty(shape: Sequence[int], dtype: Any) -> np.ndarray:
    """An array to be filled."""
    size = np.dtype(dtype).itemsize * int(np.prod(shape, dtype=np.int64))
    if size < LARGE:
        return np.empty(tuple(shape), dtype)
    with tempfile.TemporaryFile(prefix="standin_") as file:
        _reserve(file.fileno(), size)
        return np.asarray(np.memmap(file, dtype, "w+", shape=tuple(shape)))


def _reserve(file: int, size: int) -> None:
    """Takes the room of a temporary file now: where a disk is full when a mapped page is first written to, the system
    ends the process without a word."""
    if not hasattr(os, "posix_fallocate"):  # macOS has none
        return
    try:
        os.posix_fallocate(file, 0, size)
    except OSError as error:
        raise OSError(error.errno, error.strerror, tempfile.gettempdir()) from error


def gather(array: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """`array[rows]`, for indices of rows, copied a chunk at a time."""
    gathered = empty((len(rows), *array.shape[1:]), array.dtype)
    for start in range(0, len(rows), ROWS):
        gathered[start : start + ROWS] = array[rows[start : start + ROWS]]
    return gathered


def join(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Arrays of one type, one after the other."""
    parts = (array[start : start + ROWS] for array in arrays for start in range(0, len(array), ROWS))
    first = arrays[0]
    return collect(parts, (sum(map(len, arrays)), *first.shape[1:]), np.result_type(*arrays))


def collect(parts: Iterable[np.ndarray], shape: Sequence[int], dtype: Any) -> np.ndarray:
    """Parts that come one at a time, one after the other; `shape` is that of them all."""
    collected, start = empty(shape, dtype), 0
    for part in parts:
        collected[start : start + len(part)] = part
        start += len(part)
    return collected
