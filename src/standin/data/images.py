"""Images from a path of any format that Standin reads: a folder of images, an npz or Parquet file, or a data set folder
of Hugging Face."""

import difflib
import os
from collections.abc import Callable
from pathlib import Path

from standin.core.errors import InputError
from standin.core.validation import did_you_mean
from standin.data import hugging_face, image_folder, npz, parquet
from standin.data.decoding import ENDINGS
from standin.data.resizing import Fit
from standin.data.source import Labels, Source

FILES: dict[str, Callable[..., Source]] = {".npz": npz.load, ".parquet": parquet.load}
"""Ending -> what reads such a file."""


def read_images(
    path: str | os.PathLike[str], side: int | None = None, fit: Fit = "pad", labels: Labels = "required"
) -> Source:
    """The images at `path`, in a format that is recognized.

    Args:
        path: of a file or folder.
        side: pixels per side, 8 to 96; None: images of one size of at most 96 pixels per side stay as they are, others
            get the median of their shorter sides, at most 96.
        fit: what happens to images of another aspect ratio: "pad" adds borders of the mean color of the image's edges,
            "crop" keeps the center, "stretch" changes the aspect ratio.
        labels: "required" for a real data set; "optional" for generated images: they may have no labels, and may all be
            of one class.

    Returns:
        The images, with `notes` on what was resized, converted and ignored.

    Raises:
        InputError: there is no such file or folder, its format is not recognized, or an image cannot be read.
    """
    found = Path(path)
    if found.is_dir():
        is_data_set = hugging_face.is_arrow(found) or hugging_face.is_parquet(found)
        load: Callable[..., Source] = hugging_face.load if is_data_set else image_folder.load
        return load(found, side=side, fit=fit, labels=labels)
    if not found.exists():
        siblings = [p.name for p in found.parent.iterdir()] if found.parent.is_dir() else []
        close = difflib.get_close_matches(found.name, siblings, 1)
        raise InputError(f"{found} does not exist{f'; did you mean {close[0]}?' if close else ''}")
    ending = found.suffix.lower()
    if ending in ENDINGS:
        raise InputError(f"path must be a folder of images, an npz or a Parquet file, got the image {found}")
    if ending not in FILES:
        hint = did_you_mean(ending, FILES)
        raise InputError(f"path must be a folder of images, an npz or a Parquet file, got {found}{hint}")
    return FILES[ending](found, side=side, fit=fit, labels=labels)
