"""Images as people have them, to a `Source`: paths, arrays, and data sets of Hugging Face, TensorFlow and PyTorch.

Each kind is recognized by what it offers, so that no other library is imported.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image

from standin.core.errors import InputError
from standin.core.validation import did_you_mean
from standin.data.images import read_images
from standin.data.source import Labels, Source, make_source

IMAGE_NAMES, LABEL_NAMES = ("images", "image", "img", "x"), ("labels", "label", "y", "class", "fine_label")
"""Names of columns, the most likely first."""
KINDS = (
    "a path (folder of images, npz or Parquet file, Hugging Face data set folder), a pair (images, labels) of arrays, "
    "a mapping with images and labels, a datasets.Dataset, a tf.data.Dataset, or a torch Dataset"
)


def to_source(data: Any, name: str, *, labels: Labels = "required", side: int | None = None) -> Source:
    """The images in `data`, with their labels.

    Args:
        data: see `KINDS`; generated images may also be one array, without labels.
        name: of the argument, for messages.
        labels: whether they are required.
        side: pixels per side to which images in files are resized; None: see `standin.data.images.read_images`.

    Raises:
        InputError: it is none of these, or its images or labels are not valid.
    """
    if isinstance(data, Source):
        return data
    if isinstance(data, str | os.PathLike):
        try:
            return read_images(data, side=side, labels=labels)
        except InputError as error:
            raise InputError(f"{name}: {error}") from None
    images, given, class_names = _arrays(data, name)
    if given is None and labels == "required":
        raise InputError(f"{name} must have labels: give a pair (images, labels), got images only")
    images, notes = _in_range(images, name)
    numbers, names = _numbered(given, class_names, name)
    source = make_source({"train": (images, numbers)}, names, name, labels=labels)
    return source._replace(notes=notes)


def _arrays(data: Any, name: str) -> tuple[np.ndarray, np.ndarray | None, Sequence[str] | None]:
    """Images, labels and class names, the last two None if there are none."""
    if isinstance(data, np.ndarray):
        return data, None, None
    if hasattr(data, "as_numpy_iterator"):
        return (*_stacked(_unbatched(data.as_numpy_iterator()), name), None)
    if hasattr(data, "column_names") and hasattr(data, "features"):
        return _hugging_face(data, name)
    if isinstance(data, Mapping):
        return (*_columns(data, name), data.get("class_names"))
    if isinstance(data, tuple | list) and len(data) == 2 and not isinstance(data[0], str | os.PathLike):
        return np.asarray(data[0]), None if data[1] is None else np.asarray(data[1]), None
    if hasattr(data, "__getitem__") and hasattr(data, "__len__") and not isinstance(data, list | tuple):
        names = getattr(data, "classes", None)
        return (*_stacked((data[i] for i in range(len(data))), name), names)
    raise InputError(f"{name} must be {KINDS}; got {type(data).__name__}")


def _columns(data: Mapping[str, Any], name: str) -> tuple[np.ndarray, np.ndarray | None]:
    image = next((key for key in IMAGE_NAMES if key in data), None)
    if image is None:
        raise InputError(f"{name} must have images{did_you_mean('images', data)}")
    label = next((key for key in LABEL_NAMES if key in data), None)
    return np.asarray(data[image]), None if label is None else np.asarray(data[label])


def _hugging_face(data: Any, name: str) -> tuple[np.ndarray, np.ndarray | None, Sequence[str] | None]:
    """Of a `datasets.Dataset`, whose features say which column has images and which has labels."""
    kinds = {column: type(feature).__name__ for column, feature in data.features.items()}
    image = next((column for column, kind in kinds.items() if kind == "Image"), None)
    image = image or next((column for column in IMAGE_NAMES if column in kinds), None)
    if image is None:
        raise InputError(f"{name} must have a column of images, got {', '.join(kinds) or 'none'}")
    label = next((column for column, kind in kinds.items() if kind == "ClassLabel"), None)
    label = label or next((column for column in LABEL_NAMES if column in kinds), None)
    images, _ = _stacked(((row,) for row in data[image]), name)
    names = getattr(data.features[label], "names", None) if label else None
    return images, np.asarray(data[label]) if label else None, names


def _unbatched(elements: Iterable[Any]) -> Iterator[Any]:
    """The images of a `tf.data.Dataset`, which may be in batches, with or without labels."""
    for element in elements:
        parts = element if isinstance(element, tuple) else (element,)
        if np.ndim(parts[0]) == 4:
            yield from zip(*parts, strict=True)
        else:
            yield parts


def _stacked(items: Iterable[Any], name: str) -> tuple[np.ndarray, np.ndarray | None]:
    """(n, height, width, channels) images and (n,) labels of items (image, label), (image,) or image."""
    images, labels = [], []
    for item in items:
        image, *label = item if isinstance(item, tuple | list) else (item,)
        images.append(_as_array(image))
        labels += label[:1]
    shapes = {image.shape for image in images}
    if not images or len(shapes) > 1:
        raise InputError(f"{name} must have images of one size, got {sorted(shapes) or 'none'}: save them in a folder")
    if labels and len(labels) != len(images):
        raise InputError(f"{name}: all images or none must have a label, got {len(labels)} of {len(images)}")
    return np.stack(images), np.asarray(labels) if labels else None


def _as_array(image: Any) -> np.ndarray:
    """(height, width) or (height, width, channels); channels come first in tensors of PyTorch."""
    if isinstance(image, Image.Image):
        return np.asarray(image.convert("L" if image.mode in ("1", "L") else "RGB"))
    array = np.asarray(image)
    first = array.ndim == 3 and array.shape[0] in (1, 3) and array.shape[-1] not in (1, 3)
    return np.moveaxis(array, 0, -1) if first else array


def _in_range(images: np.ndarray, name: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """uint8 images, or float32 within [-1, 1], with a note where pixels were scaled."""
    if images.dtype == np.uint8 or images.size == 0:
        return images, ()
    if images.dtype == bool:
        return images.astype(np.uint8) * np.uint8(255), (f"{name}: black and white images became gray.",)
    if images.dtype.kind not in "iuf":
        raise InputError(f"{name}: images must be numbers, got {images.dtype}")
    low, high = float(images.min()), float(images.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise InputError(f"{name}: pixels must be finite, got some that are not")
    if images.dtype.kind in "iu" or high > 1:
        if not (low >= 0 and high <= 255):
            raise InputError(f"{name}: pixels must be within 0 to 255, 0 to 1 or -1 to 1, got {low:.4g} to {high:.4g}")
        return np.rint(images).astype(np.uint8), ()
    if low >= 0:
        note = f"{name}: pixels from {low:.3g} to {high:.3g} were read as 0 (black) to 1 (white)."
        return (images * 2 - 1).astype(np.float32), (note,)
    return images.astype(np.float32), ()


def _numbered(
    labels: np.ndarray | None, class_names: Sequence[str] | None, name: str
) -> tuple[np.ndarray | None, Sequence[str] | None]:
    """Integer labels and the names of classes; labels may be text."""
    if labels is None:
        return None, None
    if labels.dtype.kind in "US":
        names, numbers = np.unique(labels.astype(str), return_inverse=True)
        return numbers, names.tolist()
    if labels.dtype.kind == "f" and (labels == np.rint(labels)).all():
        labels = labels.astype(np.int64)
    if class_names is not None and labels.dtype.kind in "iu" and labels.size:
        if not 0 <= labels.min() <= labels.max() < len(class_names):
            raise InputError(f"{name}: labels must be 0 to {len(class_names) - 1}, the number of class names")
        class_names = [str(class_names[label]) for label in np.unique(labels)]
    return labels, class_names
