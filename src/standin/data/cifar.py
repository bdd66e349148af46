"""CIFAR-10: 60,000 photographs of ten classes, 32x32 color (Krizhevsky 2009), including 10,000 test images."""

import os
from typing import Any

from standin.data.keras_datasets import load_archive
from standin.data.source import Source

SHAPES = {"x_train": (50000, 32, 32, 3), "y_train": (50000,), "x_test": (10000, 32, 32, 3), "y_test": (10000,)}
CLASS_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def load(path: str | os.PathLike[str]) -> Source:
    """CIFAR-10 from the file at `path`, downloaded and stored there if it is missing.

    Raises:
        InputError: see `standin.data.keras_datasets.load_archive`.
    """
    return load_archive(path, _download, SHAPES, CLASS_NAMES, "CIFAR-10")


def _download() -> Any:
    import keras

    return keras.datasets.cifar10.load_data()
