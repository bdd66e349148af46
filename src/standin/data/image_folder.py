"""A folder of one's own images: `<class>/*.png|jpg`, split by seed, or `<split>/<class>/*.png|jpg` with its own splits.

Splits are folders named `train`, `validation` and `test`; `train` must be there, the others are made from it where
they are missing.
"""

import os
from pathlib import Path

import numpy as np
from PIL import Image

from standin.data.source import Source, make_source
from standin.errors import InputError

SPLITS = ("train", "validation", "test")
ENDINGS = (".png", ".jpg", ".jpeg")


def load(path: str | os.PathLike[str], side: int | None = None) -> Source:
    """The images below `path`, classes in alphabetical order, rows in the order of file names.

    Args:
        path: of the folder.
        side: resize every image to side x side pixels; None takes them as they are, all of one size.

    Raises:
        InputError: one sentence with the file or folder and what is wrong.
    """
    root = Path(path)
    if not root.is_dir():
        raise InputError(f"image folder {root} does not exist")
    roots = {name: root / name for name in SPLITS if (root / name).is_dir()} or {"train": root}
    if "train" not in roots:
        raise InputError(f"image folder {root} has {', '.join(roots)} but no train folder")
    class_names = sorted({folder.name for r in roots.values() for folder in r.iterdir() if folder.is_dir()})
    files = {
        name: [(file, label) for label, c in enumerate(class_names) for file in _image_files(split_root / c)]
        for name, split_root in roots.items()
    }
    for name, found in files.items():
        if not found:
            raise InputError(f"image folder {roots[name]} holds no <class>/*.png or *.jpg")
    empty = sorted(set(range(len(class_names))) - {label for _, label in files["train"]})
    if empty:
        raise InputError(f"image folder {roots['train']}: class {class_names[empty[0]]!r} has no png or jpg")
    opened = {name: [(file, _read(file, side), label) for file, label in found] for name, found in files.items()}
    _check_one_size([(file, image) for found in opened.values() for file, image, _ in found])
    colour = any(image.mode != "L" for found in opened.values() for _, image, _ in found)
    splits = {
        name: (
            np.stack([np.asarray(image.convert("RGB" if colour else "L")) for _, image, _ in found]),
            np.array([label for _, _, label in found]),
        )
        for name, found in opened.items()
    }
    return make_source(splits, class_names, f"image folder {root}")


def _image_files(folder: Path) -> list[Path]:
    return sorted(f for f in folder.glob("*") if f.suffix.lower() in ENDINGS) if folder.is_dir() else []


def _read(file: Path, side: int | None) -> Image.Image:
    try:
        with Image.open(file) as opened:
            image = opened.convert("L" if opened.mode in ("1", "L", "I", "I;16") else "RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(f"image {file} cannot be read: {error}") from error
    return image if side is None else image.resize((side, side), Image.Resampling.LANCZOS)


def _check_one_size(images: list[tuple[Path, Image.Image]]) -> None:
    first_file, first = images[0]
    for file, image in images:
        if image.size != first.size:
            raise InputError(
                f"all images must have one size, {first_file} has {first.size[0]} x {first.size[1]} pixels and {file} "
                f"{image.size[0]} x {image.size[1]}; set side to resize them"
            )
