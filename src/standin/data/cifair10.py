"""ciFAIR-10: CIFAR-10's test set, in which 3.25% of the images, near-duplicates of other images of CIFAR-10, are
replaced by new ones (Barz and Denzler 2020, "Do We Train on Test Data? Purging CIFAR of Near-Duplicates", Journal of
Imaging 6(6):41).

File, from https://cvjena.github.io/cifair/ (`ciFAIR-10.zip`, unpacked): `test_batch`, a pickled dictionary with `data`
(10000, 3072) uint8, each image as all red, then all green, then all blue values, and `labels`, a list of 10,000
integers.
"""

import os
import pickle
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from standin.core.errors import InputError
from standin.core.types import Arrays
from standin.data.source import fresh_test_images

N = 10_000
MAX_BYTES = 100_000_000
"""The published file has about 31 million bytes."""


def load(folder: str | os.PathLike[str]) -> Arrays:
    """`images` (10000, 32, 32, 3) uint8 and `labels` (10000,) int64, in the order of CIFAR-10's classes.

    Args:
        folder: that contains `test_batch`.

    Raises:
        InputError: the file is missing, contains anything but arrays, numbers and text, or has another shape.
    """
    path = Path(folder) / "test_batch"
    batch = _read_batch(path)
    # Python 3 reads text that Python 2 wrote as bytes, and may have written it again.
    pixels, labels = (_plain(batch.get(name, batch.get(name.encode()))) for name in ("data", "labels"))
    if pixels.shape != (N, 3072):
        raise InputError(f"ciFAIR-10: data of {path} must have the shape {(N, 3072)}, got {pixels.shape}")
    images = np.ascontiguousarray(pixels.reshape(N, 3, 32, 32).transpose(0, 2, 3, 1))
    return fresh_test_images(images, labels, 10, "ciFAIR-10")


def _plain(value: Any) -> np.ndarray:
    """The array that a value of the batch is or stands for; for anything else, an array without numbers."""
    if isinstance(value, list) and all(isinstance(number, int) for number in value):
        return np.array(value, np.int64)
    return getattr(value, "array", value if isinstance(value, np.ndarray) else np.array(""))


def _read_batch(path: Path) -> dict[Any, Any]:
    if not path.is_file():
        raise InputError(f"ciFAIR-10: {path} does not exist; it can be downloaded from cvjena.github.io/cifair")
    if path.stat().st_size > MAX_BYTES:
        raise InputError(f"ciFAIR-10: {path} must have at most {MAX_BYTES:,} bytes, got {path.stat().st_size:,}")
    try:
        with path.open("rb") as file:
            batch = _ArraysOnly(file, encoding="bytes").load()
    except Exception as error:  # a damaged pickle may raise any type
        raise InputError(f"ciFAIR-10: {path} cannot be read: {str(error) or type(error).__name__}") from error
    if not isinstance(batch, dict):
        raise InputError(f"ciFAIR-10: {path} must contain a dictionary, got a {type(batch).__name__}")
    return batch


class _Type:
    """Stands for a pickled `numpy.dtype` of plain numbers."""

    def __init__(self, code: str, *_: Any) -> None:
        self.code = code

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.code = state[1].replace("|", "") + self.code

    def read(self, content: bytes, shape: tuple[int, ...], fortran: Any) -> np.ndarray:
        return np.frombuffer(content, np.dtype(self.code)).reshape(shape, order="F" if fortran in (True, "F") else "C")


class _Array:
    """Stands for a pickled `numpy.ndarray`."""

    array: np.ndarray

    def __init__(self, *_: Any) -> None:
        """NumPy pickles an empty array of any type, and then its state."""

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _, shape, kind, fortran, content = state
        self.array = kind.read(content, shape, fortran)


class _ArraysOnly(pickle.Unpickler):
    """Reads arrays of numbers, numbers, text, and containers of them. The file can run no code: the only functions that
    it may name are those in `KNOWN`."""

    KNOWN: ClassVar[dict[tuple[str, str], Any]] = {
        ("numpy.core.multiarray", "_reconstruct"): _Array,
        ("numpy.core.multiarray", "scalar"): lambda kind, content: kind.read(content, (), False).item(),
        ("numpy.core.numeric", "_frombuffer"): lambda content, kind, shape, order: kind.read(content, shape, order),
        ("numpy", "ndarray"): _Array,
        ("numpy", "dtype"): _Type,
        ("_codecs", "encode"): lambda text, _: text.encode("latin1"),  # bytes that Python 3 wrote for Python 2
    }

    def find_class(self, module: str, name: str) -> Any:
        known = self.KNOWN.get((module.replace("numpy._core", "numpy.core"), name))
        if known is None:
            raise pickle.UnpicklingError(f"it contains {module}.{name}, which is neither an array, a number nor text")
        return known
