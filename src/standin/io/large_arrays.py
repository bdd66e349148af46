"""Arrays that may be larger than memory.

Small arrays are plain NumPy arrays. Large ones are memory-mapped: from the `.npz` file that they were saved in, or from
a temporary file that is deleted with the array (in `TMPDIR`, which should be on a disk).
"""

import mmap
import os
import tempfile
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

LARGE = 2**28
"""Bytes from which an array is memory-mapped."""
CHUNK = 4096
"""Rows copied at once."""
RELEASED = 2**26
"""Bytes that are written to a memory-mapped array before they may leave memory."""


def empty(shape: Sequence[int], dtype: Any) -> np.ndarray:
    """An uninitialized array, memory-mapped if it is large."""
    size = np.dtype(dtype).itemsize * int(np.prod(shape, dtype=np.int64))
    if size < LARGE:
        return np.empty(tuple(shape), dtype)
    with tempfile.TemporaryFile(prefix="standin_") as file:
        _reserve(file.fileno(), size)
        return np.asarray(np.memmap(file, dtype, "w+", shape=tuple(shape)))


def _reserve(file: int, size: int) -> None:
    """Allocates the space of a temporary file now: if a disk is full when a mapped page is first written to, the system
    kills the process without a message."""
    if not hasattr(os, "posix_fallocate"):  # macOS lacks it
        return
    try:
        os.posix_fallocate(file, 0, size)
    except OSError as error:
        raise OSError(error.errno, error.strerror, tempfile.gettempdir()) from error


def gather(array: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """`array[rows]`, for indices `rows`, copied in chunks."""
    chunks = (array[rows[start : start + CHUNK]] for start in range(0, len(rows), CHUNK))
    return collect(chunks, (len(rows), *array.shape[1:]), array.dtype)


def join(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Arrays of one type, concatenated."""
    parts = (array[start : start + CHUNK] for array in arrays for start in range(0, len(array), CHUNK))
    first = arrays[0]
    return collect(parts, (sum(map(len, arrays)), *first.shape[1:]), np.result_type(*arrays))


def collect(parts: Iterable[np.ndarray], shape: Sequence[int], dtype: Any) -> np.ndarray:
    """Concatenates parts that are made one at a time; `shape` is that of the result."""
    collected, start, unreleased = empty(shape, dtype), 0, 0
    for part in parts:
        collected[start : start + len(part)] = part
        start += len(part)
        unreleased += part.nbytes
        if unreleased > RELEASED:
            _release(collected)
            unreleased = 0
    return collected


def _release(array: np.ndarray) -> None:
    """Lets the pages of a memory-mapped array leave this process's memory; its values stay in the file."""
    base = array.base
    if isinstance(base, np.memmap) and hasattr(mmap, "MADV_DONTNEED"):  # Windows lacks it
        base._mmap.madvise(mmap.MADV_DONTNEED)  # type: ignore[attr-defined]
