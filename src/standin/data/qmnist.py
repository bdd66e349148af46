"""The 50,000 test images of QMNIST: the part of MNIST's original test set that was never published, 28x28 gray
(Yadav and Bottou 2019, "Cold Case: The Lost MNIST Digits", NeurIPS; BSD license).

Files, from https://github.com/facebookresearch/qmnist, both with all 60,000 test images:

- `qmnist-test-images-idx3-ubyte.gz`, (60000, 28, 28) uint8;
- `qmnist-test-labels-idx2-int.gz`, (60000, 8) int32: class, NIST series, writer and others. Or else
  `qmnist-test-labels-idx1-ubyte.gz`, (60000,) uint8: the class alone.

The first 10,000 are reconstructions of MNIST's test images, which are left out here.
"""

import gzip
import math
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from standin.core.errors import InputError
from standin.core.types import Arrays
from standin.data.source import fresh_test_images

IMAGES = "qmnist-test-images-idx3-ubyte.gz"
EXTENDED_LABELS, LABELS = "qmnist-test-labels-idx2-int.gz", "qmnist-test-labels-idx1-ubyte.gz"
N, N_PUBLISHED_BEFORE = 60_000, 10_000
CLASS, WRITER = 0, 2
"""Columns of the extended labels."""
TYPES: dict[int, np.dtype[Any]] = {0x08: np.dtype(np.uint8), 0x0C: np.dtype(">i4")}
"""Type code of the idx format (yann.lecun.com/exdb/mnist) -> type of the numbers."""


def load(folder: str | os.PathLike[str]) -> Arrays:
    """`images` (50000, 28, 28, 1) uint8, `labels` (50000,) int64 and, with the extended labels, `groups` (50000,)
    int64: the writer of each digit.

    Args:
        folder: of the files.

    Raises:
        InputError: a file is missing, is not in the idx format, or has another shape.
    """
    extended = (Path(folder) / EXTENDED_LABELS).exists()
    labels = read_idx(Path(folder) / EXTENDED_LABELS, (N, 8)) if extended else read_idx(Path(folder) / LABELS, (N,))
    new = slice(N_PUBLISHED_BEFORE, None)
    images = read_idx(Path(folder) / IMAGES, (N, 28, 28))[new]
    writers = {"groups": labels[new, WRITER].astype(np.int64)} if extended else {}
    return fresh_test_images(images, labels[new, CLASS] if extended else labels[new], 10, "QMNIST") | writers


def read_idx(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """The array of a gzipped idx file.

    Args:
        path: of the file.
        shape: that the array must have.

    Raises:
        InputError: the file is missing, is not a gzipped idx file, or has another shape.
    """
    if not path.is_file():
        raise InputError(f"QMNIST: {path} does not exist; it can be downloaded from github.com/facebookresearch/qmnist")
    try:
        with gzip.open(path) as file:
            _, code, n_axes = struct.unpack(">HBB", file.read(4))
            given, dtype = struct.unpack(f">{n_axes}I", file.read(4 * n_axes)), TYPES[code]
            # Never more than expected, whatever the file unpacks to.
            content = file.read(math.prod(shape) * dtype.itemsize + 1)
    except (OSError, EOFError, zlib.error, struct.error, KeyError) as error:
        raise InputError(f"QMNIST: {path} cannot be read as a gzipped idx file: {error}") from error
    if given != shape or len(content) != math.prod(shape) * dtype.itemsize:
        got = f"{given} with {len(content):,} bytes"
        raise InputError(f"QMNIST: {path} must contain an array of shape {shape} {dtype}, got {got}")
    return np.frombuffer(content, dtype).reshape(shape)
