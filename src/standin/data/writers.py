"""Writes labeled images for use elsewhere: as a folder of PNG files, one `.npz` file, or one Parquet file.

Standin reads the first two; Hugging Face `datasets` reads the folder as `imagefolder`, and Parquet with the features
`image` and `label`.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from standin.core.errors import InputError
from standin.core.images import png

Texts = Mapping[str, str] | None
"""Keyword -> content of text chunks of each PNG file (`standin.data.origin`)."""
Writer = Callable[[Path, np.ndarray, np.ndarray, Sequence[str], Texts], None]


def write_image_folder(
    folder: Path, images: np.ndarray, labels: np.ndarray, class_names: Sequence[str], texts: Texts = None
) -> None:
    """Writes `<folder>/train/<class>/<number>.png`; float32 images are rounded to 8 bits per channel.

    A class without images has no folder, since readers derive class names from folders.

    Args:
        images: (n, height, width, 1 or 3) uint8, or float32 in [-1, 1].
        labels: (n,) integers.
        class_names: one per class; a slash becomes a minus in the name of the folder.
        texts: of each file.

    Raises:
        InputError: two classes would have the same folder, or a class name cannot be a folder.
    """
    digits = len(str(len(images) - 1))
    names = [name.replace(os.sep, "-") for name in class_names]
    for name in names:
        if names.count(name) > 1 or name in ("", ".", ".."):
            raise InputError(f"classes must have different folders, got {name!r} among {', '.join(class_names)}")
    folders = [folder / "train" / name for name in names]  # below `train`: a class may be named train or test
    for label in np.unique(labels):
        folders[label].mkdir(parents=True, exist_ok=True)
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        (folders[label] / f"{number:0{digits}}.png").write_bytes(png(image, texts))


def write_npz(
    folder: Path, images: np.ndarray, labels: np.ndarray, class_names: Sequence[str], texts: Texts = None
) -> None:
    """Writes `<folder>/images.npz` with unchanged `images`, `labels`, and `class_names` of classes with images. Arrays
    have no place for `texts`."""
    present, labels = np.unique(labels, return_inverse=True)
    np.savez_compressed(
        folder / "images.npz", images=images, labels=labels.astype(np.int64), class_names=np.array(class_names)[present]
    )


def write_parquet(
    folder: Path, images: np.ndarray, labels: np.ndarray, class_names: Sequence[str], texts: Texts = None
) -> None:
    """Writes `<folder>/train.parquet` with `image` (a PNG file) and `label`, and metadata for `datasets`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    features = {"image": {"_type": "Image"}, "label": {"_type": "ClassLabel", "names": list(class_names)}}
    schema = pa.schema(
        [("image", pa.struct([("bytes", pa.binary()), ("path", pa.string())])), ("label", pa.int64())],
        metadata={"huggingface": json.dumps({"info": {"features": features}})},
    )
    pictures = [{"bytes": png(image, texts), "path": None} for image in images]
    table = pa.table({"image": pictures, "label": labels.astype(np.int64)}, schema=schema)
    pq.write_table(table, folder / "train.parquet")


WRITERS: dict[str, Writer] = {"image_folder": write_image_folder, "npz": write_npz, "parquet": write_parquet}
"""Format -> function that writes it into an empty folder."""
