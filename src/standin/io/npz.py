"""Reads `.npz` and `.npy` files: never unpickles, checks for malicious content, memory-maps large arrays."""

import lzma
import math
import os
import struct
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from standin.core.errors import InputError
from standin.io import large_arrays

MAX_UNPACKED = 2**30
MAX_RATIO = 100
"""A file that unpacks to more than `MAX_UNPACKED` bytes and to more than `MAX_RATIO` times its own size is refused as a
decompression bomb: images compress to between a third and a twentieth of their size, and a nearly empty data set of a
gigabyte can be stored uncompressed."""
BROKEN = (
    ValueError,
    OSError,
    EOFError,
    MemoryError,
    RuntimeError,  # encrypted, or an unknown compression
    KeyError,
    struct.error,
    SyntaxError,  # from parsing an array's header, like the next
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)
"""Errors that reading a broken file of arrays, or a broken table, may raise."""


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an `.npz` file, read-only."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
        large = {
            member.filename.removesuffix(".npy"): _mapped(raw, member)
            for member in archive.infolist()
            if member.compress_type == zipfile.ZIP_STORED and member.file_size >= large_arrays.LARGE
        }
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: large[name] if name in large else file[name] for name in file.files}
    for array in arrays.values():
        array.flags.writeable = False
    return arrays


def load_npz(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """The arrays of an `.npz` file from outside.

    Raises:
        InputError: if the file does not exist, is not a readable `.npz` file, holds pickled objects, or is a
            decompression bomb.
    """
    if not os.path.isfile(path):
        raise InputError(f"npz file {os.fspath(path)} does not exist")
    try:
        _check(Path(path))
        return read_npz(Path(path))
    except BROKEN as error:
        raise InputError(f"npz file {os.fspath(path)} cannot be read: {str(error) or type(error).__name__}") from error


def read_shapes(path: str | os.PathLike[str]) -> dict[str, tuple[int, ...]]:
    """The shapes of the arrays of an `.npz` file, from their headers.

    Raises:
        InputError: as `load_npz`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return {
                member.filename.removesuffix(".npy"): _header(archive.open(member), member.filename)[0]
                for member in archive.infolist()
            }
    except BROKEN as error:
        raise InputError(f"npz file {os.fspath(path)} cannot be read: {str(error) or type(error).__name__}") from error


def load_npy(path: str | os.PathLike[str]) -> np.ndarray:
    """The array of an `.npy` file from outside.

    Raises:
        InputError: if the file does not exist, is not a readable `.npy` file, holds pickled objects, or its header does
            not match its size.
    """
    if not os.path.isfile(path):
        raise InputError(f"npy file {os.fspath(path)} does not exist")
    try:
        with open(path, "rb") as file:
            _check_size(file, "it", os.path.getsize(path))
            file.seek(0)
            return np.asarray(np.lib.format.read_array(file, allow_pickle=False))
    except BROKEN as error:
        raise InputError(f"npy file {os.fspath(path)} cannot be read: {str(error) or type(error).__name__}") from error


def _check(path: Path) -> None:
    """
    Raises:
        ValueError: it is a single array, holds anything but arrays, holds an array whose header does not match its
            size, or is a decompression bomb.
    """
    with path.open("rb") as file:
        if file.read(6) == np.lib.format.MAGIC_PREFIX:
            raise ValueError("it holds a single array")
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        unpacked, size = sum(member.file_size for member in members), path.stat().st_size
        if unpacked > max(MAX_UNPACKED, MAX_RATIO * size):
            raise ValueError(f"its {size:,} bytes unpack to {unpacked:,}: store the arrays unpacked (numpy.savez)")
        for member in members:
            with archive.open(member) as raw:
                _check_size(raw, member.filename, member.file_size)


def _check_size(raw: Any, name: str, size: int) -> None:
    """
    Raises:
        ValueError: this is not an array of `size` bytes, its header included.
    """
    shape, _, dtype = _header(raw, name)
    if math.prod(shape) * dtype.itemsize != size - raw.tell():
        raise ValueError(f"{name} must hold {shape} {dtype}, but has {size - raw.tell():,} bytes")


def _mapped(raw: Any, member: zipfile.ZipInfo) -> np.ndarray:
    """Memory-maps an uncompressed array: its bytes follow the headers of the zip entry and of the array."""
    raw.seek(member.header_offset + 26)
    name, extra = struct.unpack("<HH", raw.read(4))
    raw.seek(name + extra, 1)
    shape, fortran, dtype = _header(raw, member.filename)
    order: Any = "F" if fortran else "C"
    return np.asarray(np.memmap(raw, dtype, mode="r", offset=raw.tell(), shape=shape, order=order))


def _header(raw: Any, name: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, whether in Fortran order, and type, of the array that starts here.

    Args:
        name: of the array, for errors.

    Raises:
        ValueError: there is no array, or it holds pickled objects.
    """
    version = np.lib.format.read_magic(raw)
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = header(raw)
    if dtype.hasobject:
        raise ValueError(f"{name} holds pickled objects, which are not read")
    return shape, fortran, dtype
