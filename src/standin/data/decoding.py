"""One image file to pixels: upright, on white where it is transparent, 8 bits per channel, gray or RGB.

PNG, JPEG, WebP, BMP and TIFF are read; Pillow's readers of other formats may start programs. CMYK is converted by
Pillow's formula, without color profiles. Of animations and files with several pages, the first image is read.
"""

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, UnidentifiedImageError

from standin.core.errors import InputError
from standin.data.resizing import Fit, fit_image

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF")
ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")
DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N")
"""Pillow's modes of images with more than 8 bits per pixel."""
GRAY = ("1", "L", "LA", "La", *DEEP)
"""Modes of gray images."""
ORIENTATION = 0x0112
"""EXIF tag: how an image must be turned to be upright (Exif 3.0, 4.6.5.1.6)."""
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""Orientation -> what makes the image upright."""
SIDEWAYS = (5, 6, 7, 8)
"""Orientations that exchange width and height."""
DRAFT = 8
"""A JPEG file is decoded at 1/2, 1/4 or 1/8 of its size only if that leaves this many times the pixels per side that
are needed: less time and memory for photographs. Of 1024 pixels, to 32, this changes levels by 0.3 of 256 on average,
by 3 at most. Images of up to 512 pixels are decoded fully for 64 pixels or more, so that real JPEG files and generated
PNG files are treated alike."""

BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    MemoryError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""Raised by Pillow for a file that is not an image, is corrupt, or is a decompression bomb."""

Content = Path | bytes
"""An image file: its path, or its bytes."""


class Header(NamedTuple):
    """What is known of an image before its pixels are read.

    Attributes:
        size: (width, height) when upright.
        mode: Pillow's.
        alpha: whether pixels may be transparent.
        several: whether the file has more than one image.
        brightest: highest value of an image with more than 8 bits per pixel, whose pixels have to be read; otherwise 0.
    """

    size: tuple[int, int]
    mode: str
    alpha: bool
    several: bool
    brightest: int


class Form(NamedTuple):
    """What images are converted to.

    Attributes:
        width, height: in pixels.
        color: whether to RGB; otherwise to gray.
        fit: how other aspect ratios are resized.
        spare_bits: how many low bits to drop from images with more than 8 bits per pixel.
    """

    width: int
    height: int
    color: bool
    fit: Fit
    spare_bits: int


def read_header(name: str, content: Content) -> Header:
    """The header of the image `name`.

    Raises:
        InputError: it cannot be read.
    """
    with _opened(name, content) as image:
        width, height = image.size
        if image.mode == "F":
            raise ValueError("it has real numbers as pixels; store such images in an npz file, as float32 in [-1, 1]")
        return Header(
            (height, width) if _orientation(image) in SIDEWAYS else (width, height),
            image.mode,
            image.has_transparency_data,
            image.format in ("WEBP", "TIFF") and getattr(image, "is_animated", False),
            int(np.asarray(image).max()) if image.mode in DEEP else 0,
        )


def read_pixels(name: str, content: Content, form: Form) -> np.ndarray:
    """(height, width, 3 or 1) uint8 pixels of the image `name`.

    Raises:
        InputError: it cannot be read.
    """
    with _opened(name, content) as opened:
        if opened.mode in DEEP:  # Pillow's conversion would clip at 255
            image = Image.fromarray((np.asarray(opened) >> form.spare_bits).astype(np.uint8))
        else:
            opened.draft(None, (DRAFT * max(form.width, form.height),) * 2)
            image = _opaque(opened).convert("L" if opened.mode in GRAY else "RGB")
        if (orientation := _orientation(opened)) in UPRIGHT:
            image = image.transpose(UPRIGHT[orientation])
    pixels = np.asarray(fit_image(image, form.width, form.height, form.fit).convert("RGB" if form.color else "L"))
    return pixels if form.color else pixels[..., np.newaxis]


def _opaque(image: Image.Image) -> Image.Image:
    """The image on white, where it is transparent."""
    if not image.has_transparency_data:
        return image
    layers = Image.new("RGBA", image.size, "white"), image.convert("RGBA")
    return Image.alpha_composite(*layers)


def _orientation(image: Image.Image) -> int:
    """From the header of the file; 1, upright, if it says nothing. Damaged metadata is ignored, as browsers do."""
    if "exif" not in image.info:  # getexif would read the pixels of a PNG
        return 1
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except (*BROKEN, TypeError, KeyError):
        return 1


@contextmanager
def _opened(name: str, content: Content) -> Iterator[Image.Image]:
    try:
        file = io.BytesIO(content) if isinstance(content, bytes) else content
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as image:
                yield image
    except UnidentifiedImageError as error:
        raise InputError(f"image {name} cannot be read: it is not a {', '.join(FORMATS)} file") from error
    except BROKEN as error:
        raise InputError(f"image {name} cannot be read: {str(error) or type(error).__name__}") from error
