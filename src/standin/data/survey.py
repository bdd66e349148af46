"""How many training images a source of files has, and how large they are, without reading them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from standin.core.errors import InputError
from standin.data import hugging_face, image_folder
from standin.data.decoding import GRAY, Content, read_header
from standin.data.parquet import parquet_table
from standin.data.source import LARGEST_SIDE
from standin.data.split import HELD_OUT_FRACTION, VALIDATION_FRACTION
from standin.data.tables import first_image
from standin.io.npz import read_shapes

ARRAYS = {"images": "train", "arr_0": "train", "x_train": "train", "x_test": "test"}
"""Array of an npz file -> the split of its images."""


class Surveyed(NamedTuple):
    """What a source will give, about.

    Attributes:
        n_train: training images that are left once validation and test images are split off.
        shape: (height, width, channels) of the images, from the first one.
    """

    n_train: int
    shape: tuple[int, int, int]


def survey(source: Mapping[str, Any]) -> Surveyed | None:
    """Images that `source` (`_target_`, one of `standin.data.registry.FILE_LOADERS`, and its arguments) has; None if
    they cannot be read, which loading will report."""
    try:
        counts, shape = _counted(Path(source["path"]), source)
    except (InputError, OSError, LookupError, ValueError):
        return None
    part = 1.0 if "test" in counts else 1 - HELD_OUT_FRACTION
    part -= 0.0 if "validation" in counts else VALIDATION_FRACTION if "test" in counts else HELD_OUT_FRACTION
    side = source.get("side")
    height, width = (side, side) if side else (min(size, LARGEST_SIDE) for size in shape[:2])
    return Surveyed(max(1, round(part * counts["train"])), (height, width, shape[2]))


def _counted(path: Path, source: Mapping[str, Any]) -> tuple[dict[str, int], tuple[int, int, int]]:
    """Split -> number of images, and the shape of the first image."""
    if path.suffix.lower() == ".npz":
        shapes = {ARRAYS[name]: shape for name, shape in read_shapes(path).items() if name in ARRAYS}
        height, width, *channels = shapes["train"][1:]
        return {split: shape[0] for split, shape in shapes.items()}, (height, width, channels[0] if channels else 1)
    if path.is_dir() and not (hugging_face.is_arrow(path) or hugging_face.is_parquet(path)):
        files = image_folder.files_by_split(path)
        return {split: len(listed) for split, listed in files.items()}, _shape(files["train"][0])
    where = str(path)
    tables = hugging_face.open_tables(path, where)[0] if path.is_dir() else {"train": parquet_table([path], where)}
    first = first_image(tables["train"], source.get("image"), where)
    return {split: table.n_rows for split, table in tables.items()}, _shape(first)


def _shape(content: Content) -> tuple[int, int, int]:
    header = read_header("first", content)
    width, height = header.size
    return height, width, 1 if header.mode in GRAY else 3
