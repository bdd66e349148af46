"""Which real images a trained model has seen, by id and by content, so that evaluation can refuse to score on them.

Everything that is trained returns two arrays: `seen_by_<stage>` (n,) int64 image ids and `hashes_by_<stage>` (n, 16)
uint8 hashes, equal if images are equal. They are stored with everything that the model makes.
"""

import hashlib
from collections.abc import Collection

import numpy as np

from standin.core.errors import LeakError
from standin.core.types import Arrays

IDS, HASHES = "seen_by_", "hashes_by_"


def image_hashes(images: np.ndarray) -> np.ndarray:
    """(n, 16) uint8, equal where images are equal."""
    digests = [hashlib.blake2b(np.ascontiguousarray(image).data, digest_size=16).digest() for image in images]
    return np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 16)


def mark_seen(stage: str, images: Arrays) -> Arrays:
    """Ids and hashes of the images that `stage` was trained on.

    Args:
        images: `image_ids` and `images`.
    """
    return {IDS + stage: images["image_ids"], HASHES + stage: image_hashes(images["images"])}


def seen_arrays(arrays: Arrays) -> Arrays:
    """The arrays that say which images were seen."""
    return {name: array for name, array in arrays.items() if name.startswith((IDS, HASHES))}


def assert_unseen(held_out: Arrays, split: str, seen: Arrays, stages: Collection[str] = ()) -> None:
    """Asserts that no image to be scored on was seen in training.

    Args:
        held_out: `image_ids` and `images` to be scored on.
        split: what an error calls them, such as "test".
        seen: `seen_arrays` of one stage or of several.
        stages: those that must be in `seen`, since a stage that states nothing would pass.

    Raises:
        LeakError: with every stage that saw such images and the first image ids; or with the stages that do not state
            what they saw.
    """
    silent = [_words(stage) for stage in stages if IDS + stage not in seen]
    if silent:
        unknown = " and the ".join(silent)
        raise LeakError(f"Data leakage into the {split} images cannot be excluded: the {unknown} has no image ids")
    hashes = _as_bytes(image_hashes(held_out["images"]))
    leaks = []
    for stage in (name.removeprefix(IDS) for name in seen if name.startswith(IDS)):
        leaked = np.isin(held_out["image_ids"], seen[IDS + stage]) | np.isin(hashes, _as_bytes(seen[HASHES + stage]))
        if leaked.any():
            ids = held_out["image_ids"][leaked]
            images = f"{split} image{'s' if len(ids) > 1 else ''}"
            leaks.append(f"the {_words(stage)} was trained on {len(ids)} {images} (ids {ids[:5].tolist()})")
    if leaks:
        raise LeakError(f"Data leakage: {', and '.join(leaks)}")


def _words(stage: str) -> str:
    return stage.replace("_", " ")


def _as_bytes(hashes: np.ndarray) -> np.ndarray:
    """(n,) one opaque value per hash, which NumPy can compare."""
    return np.ascontiguousarray(hashes).view("V16").ravel()
