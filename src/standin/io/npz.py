"""Reading `.npz` and `.npy` files: never pickled, checked against hostile content, large arrays memory-mapped."""

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

UNPACKED = 2**30
RATIO = 100
"""A file that unpacks to more bytes than the first, and to so many times its own size, is a bomb: compressed images are
a third to a twentieth of their size, and a data set of a gigabyte that is nearly empty can be stored unpacked."""
BROKEN = (
    ValueError,
    OSError,
    EOFError,
    MemoryError,
    RuntimeError,  # encrypted, or packed in a way that is not known
    KeyError,
    struct.error,
    SyntaxError,  # by the reader of an array's header, as is the next
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
)
"""What reading a file of arrays raises that is none, or has mistakes; of a table, too."""


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """The arrays of an `.npz` file, read-only and never pickled."""
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
    """The arrays of an `.npz` file that a person names.

    Raises:
        InputError: if there is no such file, it is no readable `.npz` file, it holds pickled objects, or it unpacks to
            very much more than its own size.
    """
    if not os.path.isfile(path):
        raise InputError(f"npz file {os.fspath(path)} does not exist")
    try:
        _check(Path(path))
        return read_npz(Path(path))
    except BROKEN as error:
        raise InputError(f"npz file {os.fspath(path)} cannot be read: {str(error) or type(error).__name__}") from error


def load_npy(path: str | os.PathLike[str]) -> np.ndarray:
    """The array of an `.npy` file that a person names.

    Raises:
        InputError: if there is no such file, it is no readable `.npy` file, it holds pickled objects, or its header
            asks for another number of bytes than it has.
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
        ValueError: it is a single array, holds anything but arrays, or one whose header asks for more bytes than there
            are, or is a decompression bomb.
    """
    with path.open("rb") as file:
        if file.read(6) == np.lib.format.MAGIC_PREFIX:
            raise ValueError("it holds a single array")
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        unpacked, own = sum(member.file_size for member in members), path.stat().st_size
        if unpacked > max(UNPACKED, RATIO * own):
            raise ValueError(f"its {own:,} bytes unpack to {unpacked:,}: store the arrays unpacked (numpy.savez)")
        for member in members:
            with archive.open(member) as raw:
                _check_size(raw, member.filename, member.file_size)


def _check_size(raw: Any, name: str, size: int) -> None:
    """
    Raises:
        ValueError: what begins here is no array, or one of another number of bytes than `size`, its header's included.
    """
    shape, _, dtype = _header(raw, name)
    if math.prod(shape) * dtype.itemsize != size - raw.tell():
        raise ValueError(f"{name} must hold {shape} {dtype}, but has {size - raw.tell():,} bytes")


def _mapped(raw: Any, member: zipfile.ZipInfo) -> np.ndarray:
    """An array that was stored as it is: its bytes, after the headers of the zip file's entry and of the array."""
    raw.seek(member.header_offset + 26)
    name, extra = struct.unpack("<HH", raw.read(4))
    raw.seek(name + extra, 1)
    shape, fortran, dtype = _header(raw, member.filename)
    order: Any = "F" if fortran else "C"
    return np.asarray(np.memmap(raw, dtype, mode="r", offset=raw.tell(), shape=shape, order=order))


def _header(raw: Any, name: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, whether in Fortran's order, and type, of the array that begins here.

    Raises:
        ValueError: there is none, or it holds pickled objects; `name` says what to call it.
    """
    version = np.lib.format.read_magic(raw)
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = header(raw)
    if dtype.hasobject:
        raise ValueError(f"{name} holds pickled objects, which are not read")
    return shape, fortran, dtype
