"""Arrays that may be larger than memory.

Small ones are plain arrays. Large ones lie in a file, of which the system holds in memory what is looked at: in the
`.npz` file that they were saved in, or in a temporary one that goes when the array does (`TMPDIR` says where; it should
be on a disk).
"""

import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from standin.errors import InputError

LARGE = 2**28
"""Bytes from which an array is large."""
ROWS = 4096
"""Copied at once."""


def empty(shape: Sequence[int], dtype: Any) -> np.ndarray:
    """An array to be filled."""
    if np.dtype(dtype).itemsize * int(np.prod(shape, dtype=np.int64)) < LARGE:
        return np.empty(tuple(shape), dtype)
    with tempfile.TemporaryFile(prefix="standin_") as file:
        return np.asarray(np.memmap(file, dtype, "w+", shape=tuple(shape)))


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


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an `.npz` file, read-only and never pickled."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
        large = {
            member.filename.removesuffix(".npy"): _mapped(raw, member)
            for member in archive.infolist()
            if member.compress_type == zipfile.ZIP_STORED and member.file_size >= LARGE
        }
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: large[name] if name in large else file[name] for name in file.files}
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


def load_npz(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """The arrays of an `.npz` file that a person names.

    Raises:
        InputError: if there is no such file, it is no readable `.npz` file, or it holds pickled objects.
    """
    if not os.path.isfile(path):
        raise InputError(f"npz file {os.fspath(path)} does not exist")
    try:
        file = np.load(path, mmap_mode="r", allow_pickle=False)
        if not isinstance(file, np.lib.npyio.NpzFile):
            raise ValueError("it holds a single array")
        file.close()
        return read_npz(Path(path))
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f"npz file {os.fspath(path)} cannot be read: {error}") from error


def _mapped(raw: Any, member: zipfile.ZipInfo) -> np.ndarray:
    """An array that was stored as it is: its bytes, after the headers of the zip file's entry and of the array."""
    raw.seek(member.header_offset + 26)
    name, extra = struct.unpack("<HH", raw.read(4))
    raw.seek(name + extra, 1)
    version = np.lib.format.read_magic(raw)
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = header(raw)
    if dtype.hasobject:
        raise ValueError(f"{member.filename} holds pickled objects, which are not read")
    order: Any = "F" if fortran else "C"
    return np.asarray(np.memmap(raw, dtype, mode="r", offset=raw.tell(), shape=shape, order=order))
