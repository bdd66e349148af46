"""CIFAR-10.1: about 2,000 new photographs of CIFAR-10's classes, 32x32 color, collected as CIFAR-10 was (Recht,
Roelofs, Schmidt and Shankar 2018, "Do CIFAR-10 Classifiers Generalize to CIFAR-10?", arXiv:1806.00451; MIT license).

Files, from https://github.com/modestyachts/CIFAR-10.1 (folder `datasets`):

- version v6, which its authors recommend: `cifar10.1_v6_data.npy` (2000, 32, 32, 3) uint8 and
  `cifar10.1_v6_labels.npy` (2000,) integers, the same number of images of each class;
- version v4: the same with 2,021 images.
"""

import os
from pathlib import Path
from typing import Literal

from standin.core.errors import InputError
from standin.core.types import Arrays
from standin.data.source import fresh_test_images
from standin.io.npz import load_npy

N = {"v4": 2021, "v6": 2000}


def load(folder: str | os.PathLike[str], version: Literal["v4", "v6"] = "v6") -> Arrays:
    """`images` (2000 or 2021, 32, 32, 3) uint8 and `labels` (2000 or 2021,) int64, in the order of CIFAR-10's classes.

    Args:
        folder: of the files.
        version: of CIFAR-10.1.

    Raises:
        InputError: a file is missing, cannot be read, or has another shape.
    """
    images, labels = (load_npy(Path(folder) / f"cifar10.1_{version}_{part}.npy") for part in ("data", "labels"))
    if images.shape != (N[version], 32, 32, 3):
        expected = f"an array of shape {(N[version], 32, 32, 3)}"
        raise InputError(f"CIFAR-10.1: cifar10.1_{version}_data.npy must contain {expected}, got {images.shape}")
    return fresh_test_images(images, labels, 10, "CIFAR-10.1")
