"""A folder of images: `<class>/*.png|jpg`, split by seed, or `<split>/<class>/*.png|jpg`.

Splits are `train`, `validation` (or `val` or `valid`) and `test`; `train` must exist, missing others are split off from
it. Hidden files and folders are ignored. Photographs are turned as their EXIF orientation says; transparent pixels are
put on white.
"""

import os
import re
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from standin.core.errors import InputError
from standin.data.source import Source, check_sides, make_source
from standin.io.large_arrays import collect

SPLITS = {"train": ("train",), "validation": ("validation", "val", "valid"), "test": ("test",)}
"""Split -> possible names of its folder."""
ENDINGS = (".png", ".jpg", ".jpeg")
DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N")
"""Pillow's modes of images with more than 8 bits per pixel."""
GRAY = ("1", "L", *DEEP)
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

BROKEN = (OSError, SyntaxError, ValueError, MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning)
"""Raised by Pillow for a file that is not an image, is corrupt, or is a decompression bomb."""


def load(path: str | os.PathLike[str], side: int | None = None, group: str | None = None) -> Source:
    """The images below `path`, classes in alphabetical order, images in the order of file names.

    Args:
        path: of the folder.
        side: resizes every image to side x side pixels; None requires one size for all.
        group: a regular expression such as `^(patient\\d+)_`; images whose file names have the same match (of its first
            group, if any) are never separated.

    Raises:
        InputError: one sentence with the file or folder.
    """
    root = Path(path)
    if not root.is_dir():
        raise InputError(f"image folder {root} does not exist")
    roots = _split_roots(root)
    class_names = sorted({folder.name for r in roots.values() for folder in r.iterdir() if _is_class(folder)})
    files = {
        name: [(file, label) for label, c in enumerate(class_names) for file in _image_files(split_root / c)]
        for name, split_root in roots.items()
    }
    for name, listed in files.items():
        if not listed:
            raise InputError(f"image folder {roots[name]} contains no <class>/*.png or *.jpg")
    empty = sorted(set(range(len(class_names))) - {label for _, label in files["train"]})
    if empty:
        raise InputError(f"image folder {roots['train']}: class {class_names[empty[0]]!r} has no png or jpg")
    groups = {name: _groups([file for file, _ in listed], group) for name, listed in files.items()} if group else None
    everything = [file for listed in files.values() for file, _ in listed]
    width, height, color = _common_form(everything, side)
    check_sides(height, width, f"image folder {root}")  # before their pixels are read
    spare = _spare_bits(everything)
    splits = {}
    for name, listed in files.items():
        pixels = (_read(file, side, color, spare)[np.newaxis] for file, _ in listed)
        images = collect(pixels, (len(listed), height, width, 3 if color else 1), np.uint8)
        splits[name] = images, np.array([label for _, label in listed])
    source = make_source(splits, class_names, f"image folder {root}", groups)
    return source._replace(files=tuple(str(file.relative_to(root)) for file in everything))


def _split_roots(root: Path) -> dict[str, Path]:
    """Split -> its folder. Without any of them, all classes are training images."""
    if not (root / "train").is_dir():
        if lonely := [name for name in SPLITS if (root / name).is_dir()]:
            raise InputError(f"image folder {root} has {', '.join(lonely)} but no train folder")
        return {"train": root}
    roots = {}
    for split, names in SPLITS.items():
        found = [name for name in names if (root / name).is_dir()]
        if len(found) > 1:
            raise InputError(f"image folder {root} must have one folder of {split} images, got {' and '.join(found)}")
        if found:
            roots[split] = root / found[0]
    return roots


def _is_class(folder: Path) -> bool:
    """Not a hidden folder, such as .ipynb_checkpoints, and not the one that macOS adds to archives."""
    return folder.is_dir() and not folder.name.startswith(".") and folder.name != "__MACOSX"


def _groups(files: list[Path], pattern: str) -> np.ndarray:
    """(n,) the match of the pattern in the name of each file."""
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise InputError(f"group must be a regular expression, got {pattern!r}: {error}") from error
    matches = [compiled.search(file.name) for file in files]
    if None in matches:
        raise InputError(f"group {pattern!r} does not match the name of {files[matches.index(None)]}")
    return np.array([match.group(1 if compiled.groups else 0) for match in matches if match])


def _image_files(folder: Path) -> list[Path]:
    """Hidden files do not count, as in the decision on whether results are up to date."""
    found = folder.glob("*") if folder.is_dir() else ()
    return sorted(f for f in found if f.suffix.lower() in ENDINGS and not f.name.startswith(".") and f.is_file())


def _common_form(files: list[Path], side: int | None) -> tuple[int, int, bool]:
    """Width, height, and whether any image has colors, from the headers of the files."""
    sizes, modes = [], set()
    for file in files:
        with _opened(file) as image:
            sizes.append(image.size[::-1] if _orientation(image) in SIDEWAYS else image.size)
            modes.add(image.mode)
        if side is None and sizes[-1] != sizes[0]:
            (width, height), (other_width, other_height) = sizes[0], sizes[-1]
            raise InputError(
                f"all images must have one size, {files[0]} has {width} x {height} pixels and {file} "
                f"{other_width} x {other_height}; set side to resize them"
            )
    return (*((side, side) if side else sizes[0]), not modes <= set(GRAY))


def _spare_bits(files: list[Path]) -> int:
    """How many low bits to drop from images with more than 8 bits per pixel, so that the brightest fits into 8."""
    brightest = 0
    for file in files:
        with _opened(file) as image:
            if image.mode in DEEP:
                brightest = max(brightest, int(np.asarray(image).max()))
    return max(0, brightest.bit_length() - 8)


def _read(file: Path, side: int | None, color: bool, spare: int) -> np.ndarray:
    """(height, width, 3 or 1) uint8."""
    with _opened(file) as opened:
        if opened.mode in DEEP:  # Pillow's conversion would clip at 255
            image = Image.fromarray((np.asarray(opened) >> spare).astype(np.uint8))
        else:
            image = _opaque(opened).convert("L" if opened.mode in GRAY else "RGB")
        if (orientation := _orientation(opened)) in UPRIGHT:
            image = image.transpose(UPRIGHT[orientation])
    if side is not None:
        image = image.resize((side, side), Image.Resampling.LANCZOS)
    pixels = np.asarray(image.convert("RGB" if color else "L"))
    return pixels if color else pixels[..., np.newaxis]


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
    except (*BROKEN, struct.error, TypeError, KeyError):
        return 1


@contextmanager
def _opened(file: Path) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=("PNG", "JPEG")) as image:  # other formats may start programs
                yield image
    except BROKEN as error:
        raise InputError(f"image {file} cannot be read: {error}") from error
