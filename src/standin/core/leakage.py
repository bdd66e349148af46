"""Records which real images a trained model has seen, by id and by content, so that none is scored on.

Everything that is trained returns two arrays: `seen_by_<stage>` (n,) int64 image ids and `hashes_by_<stage>` (n, 16)
uint8 image hashes. They are stored with everything that the model generates.
"""

import hashlib
from collections.abc import Collection

import numpy as np

from standin.core.errors import LeakError
from standin.core.types import Arrays

IDS, HASHES = "seen_by_", "hashes_by_"


def image_hashes(images: np.ndarray) -> np.ndarray:
    """(n, 16) uint8, equal for equal images."""
    digests = [hashlib.blake2b(np.ascontiguousarray(image).data, digest_size=16).digest() for image in images]
    return np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 16)


def mark_seen(stage: str, images: Arrays) -> Arrays:
    """Ids and hashes of the images that `stage` was trained on, from their `image_ids` and `images`."""
    return {IDS + stage: images["image_ids"], HASHES + stage: image_hashes(images["images"])}


def seen_arrays(arrays: Arrays) -> Arrays:
    """The arrays among `arrays` that record seen images."""
    return {name: array for name, array in arrays.items() if name.startswith((IDS, HASHES))}


def assert_unseen(held_out: Arrays, split: str, seen: Arrays, stages: Collection[str] = ()) -> None:
    """Asserts that no held-out image was seen in training.

    Args:
        held_out: `image_ids` and `images` to score on.
        split: their name in error messages, such as "test".
        seen: `seen_arrays` of one or several stages.
        stages: stages that `seen` must contain, since a stage without a record would pass.

    Raises:
        LeakError: with every stage that saw held-out images, or every stage without a record.
    """
    silent = [_words(stage) for stage in stages if IDS + stage not in seen]
    if silent:
        unknown = " and the ".join(silent)
        raise LeakError(f"Data leakage into the {split} images cannot be excluded: the {unknown} has no image ids")
    hashes = as_bytes(image_hashes(held_out["images"]))
    leaks = []
    for stage in (name.removeprefix(IDS) for name in seen if name.startswith(IDS)):
        leaked = np.isin(held_out["image_ids"], seen[IDS + stage]) | np.isin(hashes, as_bytes(seen[HASHES + stage]))
        if leaked.any():
            ids = held_out["image_ids"][leaked]
            images = f"{split} image{'s' if len(ids) > 1 else ''}"
            leaks.append(f"the {_words(stage)} was trained on {len(ids)} {images} (ids {ids[:5].tolist()})")
    if leaks:
        raise LeakError(f"Data leakage: {', and '.join(leaks)}")


def _words(stage: str) -> str:
    return stage.replace("_", " ")


def as_bytes(hashes: np.ndarray) -> np.ndarray:
    """(n,) one opaque value per hash, which NumPy can compare."""
    return np.ascontiguousarray(hashes).view("V16").ravel()
