"""A folder of image files: `<class>/*`, split by seed, or `<split>/<class>/*`; without classes, images without labels.

Splits are `train`, `validation` (or `val` or `valid`) and `test`; missing ones are split off from `train`. Hidden files
and folders are ignored. `standin.data.decoding` states formats and conversions.
"""

import os
import re
from collections import Counter
from pathlib import Path

import numpy as np

from standin.core.errors import InputError
from standin.data.decoding import ENDINGS
from standin.data.encoded import EncodedImages, decoded_source
from standin.data.resizing import Fit
from standin.data.source import Labels, Source

SPLITS = {"train": ("train",), "validation": ("validation", "val", "valid"), "test": ("test",)}
"""Split -> possible names of its folder."""
EXPECTED = "*.png, jpg, webp, bmp or tiff"


def load(
    path: str | os.PathLike[str],
    side: int | None = None,
    group: str | None = None,
    fit: Fit = "pad",
    labels: Labels = "required",
) -> Source:
    """The images below `path`, classes in alphabetical order, images in the order of file names.

    Args:
        path: of the folder.
        side, fit: as for `standin.data.images.read_images`.
        group: a regular expression such as `^(patient\\d+)_`; images whose file names have the same match (of its first
            group, if any) are never separated.
        labels: "optional": images may lie in the folder itself, or in those of splits, and then have no labels.

    Raises:
        InputError: one sentence with the file or folder.
    """
    root = Path(path)
    if not root.is_dir():
        raise InputError(f"image folder {root} does not exist")
    where = f"image folder {root}"
    roots = _split_roots(root, labels)
    class_names = sorted({folder.name for r in roots.values() for folder in r.iterdir() if _is_class(folder)})
    files = {
        name: [(file, label) for label, c in enumerate(class_names) for file in _image_files(split_root / c)]
        for name, split_root in roots.items()
    }
    labeled = any(files.values())
    if labeled or labels == "required":
        _check_classes(roots, files, class_names, labels)
    else:
        files = {name: [(file, 0) for file in _image_files(split_root)] for name, split_root in roots.items()}
        for name, listed in files.items():
            if not listed:
                raise InputError(f"image folder {roots[name]} contains neither {EXPECTED} nor <class>/{EXPECTED}")
    splits = {
        name: EncodedImages(
            names=[str(file.relative_to(root)) for file, _ in listed],
            contents=lambda listed=listed: (file for file, _ in listed),  # type: ignore[misc]
            labels=np.array([label for _, label in listed]) if labeled else None,
            groups=_groups([file for file, _ in listed], group) if group else None,
        )
        for name, listed in files.items()
    }
    return decoded_source(splits, class_names, where, side, fit, labels, _notes(roots, class_names, labeled))


def files_by_split(root: Path) -> dict[str, list[Path]]:
    """Split -> image files in class folders.

    Raises:
        InputError: there are several folders of one split.
    """
    roots = _split_roots(root, "required")
    return {
        name: [file for folder in sorted(r.iterdir()) if _is_class(folder) for file in _image_files(folder)]
        for name, r in roots.items()
    }


def _split_roots(root: Path, labels: Labels) -> dict[str, Path]:
    """Split -> its folder. Without any of them, all classes are training images."""
    if not (root / "train").is_dir():
        lonely = [name for name in SPLITS if (root / name).is_dir()]
        if lonely and labels == "required":
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


def _check_classes(
    roots: dict[str, Path], files: dict[str, list[tuple[Path, int]]], class_names: list[str], labels: Labels
) -> None:
    """Raises an `InputError` if a split has no images of classes, or a class of a real data set no training images."""
    for name, listed in files.items():
        if listed:
            continue
        if n := len(_image_files(roots[name])):
            problem = f"has {n:,} images outside of <class> folders; put those of each class into a folder of its own"
        else:
            problem = f"contains no <class>/{EXPECTED}"
        raise InputError(f"image folder {roots[name]} {problem}")
    empty = sorted(set(range(len(class_names))) - {label for _, label in files["train"]})
    if empty and labels == "required":
        raise InputError(f"image folder {roots['train']}: class {class_names[empty[0]]!r} has no images")


def _notes(roots: dict[str, Path], class_names: list[str], labeled: bool) -> list[str]:
    """A sentence on what is ignored in the folders that are read."""
    folders = [r / c for r in roots.values() for c in class_names] if labeled else [*roots.values()]
    files, below = Counter[str](), 0
    for entry in (e for folder in folders if folder.is_dir() for e in os.scandir(folder) if _is_visible(e.name)):
        if entry.is_dir():
            below += 1
        elif not entry.name.lower().endswith(ENDINGS):
            files[Path(entry.name).suffix.lower() or "no ending"] += 1
    loose = sum(len(_image_files(r)) for r in roots.values()) if labeled else 0
    ignored = [
        (loose, "images outside of class folders"),
        (files.total(), f"files that are not images ({', '.join(sorted(files))})"),
        (below, f"folders inside of {'class folders' if labeled else 'the folder of images'}"),
    ]
    listed = "; ".join(f"{what}: {n:,}" for n, what in ignored if n)
    return [f"Ignored {listed}."] if listed else []


def _is_visible(name: str) -> bool:
    """Not hidden, such as .ipynb_checkpoints, and not what macOS adds to archives. Hidden files do not count in the
    decision on whether results are up to date either."""
    return not name.startswith(".") and name != "__MACOSX"


def _is_class(folder: Path) -> bool:
    return folder.is_dir() and _is_visible(folder.name)


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
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(f for f in found if f.suffix.lower() in ENDINGS and _is_visible(f.name) and f.is_file())
