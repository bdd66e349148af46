"""MNIST: 70,000 handwritten digits, 28x28 gray (LeCun, Cortes and Burges; CC BY-SA 3.0), 10,000 of them for test."""

import os
from typing import Any

from standin.data.keras_datasets import load_archive
from standin.data.source import Source

SHAPES = {"x_train": (60000, 28, 28), "y_train": (60000,), "x_test": (10000, 28, 28), "y_test": (10000,)}


def load(path: str | os.PathLike[str]) -> Source:
    """MNIST from the file at `path`, downloaded and stored there if it is missing.

    Raises:
        InputError: see `standin.data.keras_datasets.load_archive`.
    """
    return load_archive(path, _download, SHAPES, [str(digit) for digit in range(10)], "MNIST")


def _download() -> Any:
    import keras

    return keras.datasets.mnist.load_data()
