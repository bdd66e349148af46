"""Resizing with an antialiased filter (Lanczos), without which distances between images are unreliable (Parmar, Zhang
and Zhu 2022, "On Aliased Resizing and Surprising Subtleties in GAN Evaluation")."""

from collections import Counter
from typing import Literal, TypeAlias

import numpy as np
from PIL import Image, ImageOps

from standin.core.errors import InputError
from standin.core.types import Arrays
from standin.data.source import LARGEST_SIDE, SMALLEST_SIDE
from standin.io.large_arrays import collect

Fit: TypeAlias = Literal["pad", "crop", "stretch"]
"""What happens to images of another aspect ratio: `pad` adds borders of the mean color of the image's edges, `crop`
keeps the center, `stretch` changes the aspect ratio."""
STEP = 8
"""A side that no image has is a multiple of this: networks halve images several times."""


def common_size(sizes: Counter[tuple[int, int]], side: int | None, where: str) -> tuple[int, int]:
    """The (width, height) that all images get.

    Without `side`, images of one size of 8 to 96 pixels per side stay as they are. Others become squares with the
    median of their shorter sides, at most 96 pixels; it is rounded down to a multiple of 8, unless half of the images
    are squares of that side.

    Args:
        sizes: (width, height) -> number of images.
        side: that the user asks for; None: as above.
        where: name of the images in error messages.

    Raises:
        InputError: the side is not supported.
    """
    if side is not None:
        if not SMALLEST_SIDE <= side <= LARGEST_SIDE:
            raise InputError(f"{where}: side must be {SMALLEST_SIDE} to {LARGEST_SIDE} pixels, got {side}")
        return side, side
    if len(sizes) == 1 and max(only := next(iter(sizes))) <= LARGEST_SIDE:
        return only
    shorter = np.sort(np.repeat([min(size) for size in sizes], list(sizes.values())))
    chosen = min(int(shorter[(len(shorter) - 1) // 2]), LARGEST_SIDE)
    if chosen > STEP and sizes[chosen, chosen] < len(shorter) / 2:
        chosen -= chosen % STEP
    return chosen, chosen


def fit_image(image: Image.Image, width: int, height: int, fit: Fit) -> Image.Image:
    """An image of mode L, RGB or F at width x height pixels."""
    if image.size == (width, height):
        return image
    filter_ = Image.Resampling.LANCZOS
    if fit == "stretch":
        return image.resize((width, height), filter_)
    if fit == "crop":
        return ImageOps.fit(image, (width, height), filter_)
    inner = ImageOps.contain(image, (width, height), filter_)
    if inner.size == (width, height):
        return inner
    whole = Image.new(image.mode, (width, height), _edge_color(np.asarray(inner)))
    whole.paste(inner, ((width - inner.width) // 2, (height - inner.height) // 2))
    return whole


def _edge_color(pixels: np.ndarray) -> int | float | tuple[int, ...]:
    """The mean of the outermost pixels of an image (height, width[, 3])."""
    edges = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]]).mean(axis=0)
    if pixels.dtype != np.uint8:
        return float(edges)
    return int(np.rint(edges)) if pixels.ndim == 2 else tuple(np.rint(edges).astype(int).tolist())


def resized(images: np.ndarray, width: int, height: int, fit: Fit) -> np.ndarray:
    """Images (n, any height, any width, channels), uint8 or float32 in [-1, 1], as (n, height, width, channels)."""
    shape = (len(images), height, width, images.shape[-1])
    if images.shape == shape:
        return images
    return collect((_resized(image, width, height, fit)[np.newaxis] for image in images), shape, images.dtype)


def _resized(image: np.ndarray, width: int, height: int, fit: Fit) -> np.ndarray:
    if image.dtype == np.uint8 and image.shape[-1] == 3:
        return np.asarray(fit_image(Image.fromarray(image), width, height, fit))
    planes = [Image.fromarray(np.ascontiguousarray(plane)) for plane in np.moveaxis(image, -1, 0)]
    whole = np.stack([np.asarray(fit_image(plane, width, height, fit)) for plane in planes], axis=-1)
    return whole if image.dtype == np.uint8 else np.clip(whole, image.min(), image.max())  # the filter overshoots


def resize_splits(splits: Arrays, side: int | None, fit: Fit, where: str) -> tuple[Arrays, tuple[str, ...]]:
    """Images of splits in one size, with notes. `make_source` refuses those that are returned unchanged: arrays that
    are not images, and those that differ in size where no `side` is given.

    Args:
        splits: name -> images (n, height, width) or (n, height, width, channels).
        side, fit: as for `standin.data.images.read_images`.
        where: name of the data in error messages.

    Raises:
        InputError: the side is not supported.
    """
    splits = {name: images[..., np.newaxis] if images.ndim == 3 else images for name, images in splits.items()}
    sizes: Counter[tuple[int, int]] = Counter()
    for images in splits.values():
        if images.ndim != 4 or images.dtype not in (np.uint8, np.float32) or images.shape[-1] not in (1, 3):
            return splits, ()
        sizes[images.shape[2], images.shape[1]] += len(images)
    if not sizes.total() or (side is None and len(sizes) > 1):
        return splits, ()
    width, height = common_size(sizes, side, where)
    note = resizing_note(sizes, (width, height), fit)
    return {name: resized(images, width, height, fit) for name, images in splits.items()}, (note,) if note else ()


def resizing_note(sizes: Counter[tuple[int, int]], size: tuple[int, int], fit: Fit) -> str | None:
    """A sentence on how many images were resized, from which sizes and how; None if none was.

    Args:
        sizes: (width, height) -> number of images.
        size: (width, height) of all of them afterwards.
    """
    others = Counter({other: n for other, n in sizes.items() if other != size})
    if not others:
        return None
    n, total = others.total(), sizes.total()
    common = others.most_common(3)
    origins = [f"{width} x {height}" + (f" ({k:,})" if len(others) > 1 else "") for (width, height), k in common]
    if len(others) > 3:
        origins.append(f"{len(others) - 3} other sizes")
    amount = f"All {total:,} images" if n == total else f"{n:,} of {total:,} images"
    note = f"{amount} {'was' if n == 1 else 'were'} resized to {size[0]} x {size[1]} pixels, from {_listed(origins)}"
    small = sum(k for (width, height), k in others.items() if width < size[0] and height < size[1])
    if small:
        note += f"; {small:,} {'was' if small == 1 else 'were'} smaller and enlarged"
    reshaped = sum(k for (width, height), k in others.items() if width * size[1] != height * size[0])
    if reshaped:
        how = {
            "pad": "got borders of the mean color of their edges",
            "crop": "lost what lies outside their center",
            "stretch": "were stretched",
        }[fit]
        note += f"; {reshaped:,} of another aspect ratio {how}"
    return f"{note}."


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
