"""The two forms of an image: stored as uint8 in [0, 255]; float32 in [-1, 1] for networks.

Real-valued images (of a telescope) are stored as float32, already in [-1, 1].
"""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np


def to_float(images: np.ndarray) -> np.ndarray:
    """uint8 in [0, 255] -> float32 in [-1, 1]; float32 is returned unchanged."""
    return images.astype(np.float32) / np.float32(127.5) - np.float32(1) if images.dtype == np.uint8 else images


def to_uint8(images: np.ndarray) -> np.ndarray:
    """float in [-1, 1] -> uint8 in [0, 255], rounded and clipped; uint8 is returned unchanged."""
    return images if images.dtype == np.uint8 else np.clip(np.rint((images + 1) * 127.5), 0, 255).astype(np.uint8)


def stored(images: np.ndarray, dtype: Any) -> np.ndarray:
    """Generated images in the dtype of the stored training images: uint8 (rounded) or float32."""
    return to_uint8(images) if dtype == np.uint8 else images.astype(dtype)


def png(image: np.ndarray, texts: Mapping[str, str] | None = None) -> bytes:
    """One image (height, width, channels), uint8 or float32 in [-1, 1], as a PNG file with 8 bits per channel.

    Args:
        texts: keyword -> content of text chunks.
    """
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    for keyword, content in (texts or {}).items():
        info.add_itxt(keyword, content)

    image = to_uint8(image)
    buffer = io.BytesIO()
    Image.fromarray(image.squeeze(-1) if image.shape[-1] == 1 else image).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()
