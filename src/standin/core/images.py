"""The two forms of an image: as stored, uint8 in [0, 255], and as networks see it, float32 in [-1, 1].

Images whose values are real numbers (a telescope's) are stored as float32, on the networks' scale already.
"""

import io
from typing import Any

import numpy as np


def to_float(images: np.ndarray) -> np.ndarray:
    """uint8 in [0, 255] -> float32 in [-1, 1]; float32 is on the model's scale already and stays as it is."""
    return images.astype(np.float32) / np.float32(127.5) - np.float32(1) if images.dtype == np.uint8 else images


def to_uint8(images: np.ndarray) -> np.ndarray:
    """float in [-1, 1] -> uint8 in [0, 255], rounded; values outside are clipped; uint8 stays as it is."""
    return images if images.dtype == np.uint8 else np.clip(np.rint((images + 1) * 127.5), 0, 255).astype(np.uint8)


def stored(images: np.ndarray, dtype: Any) -> np.ndarray:
    """Generated images as the training images are stored: uint8, or float32 as they are."""
    return to_uint8(images) if dtype == np.uint8 else images.astype(dtype)


def png(image: np.ndarray) -> bytes:
    """One image (height, width, channels), uint8 or float32 in [-1, 1], as a PNG file of 8 bits a channel."""
    from PIL import Image

    image = to_uint8(image)
    buffer = io.BytesIO()
    Image.fromarray(image.squeeze(-1) if image.shape[-1] == 1 else image).save(buffer, format="PNG")
    return buffer.getvalue()
