"""Which real rows a trained thing has seen, by row id and by image, so that evaluation can refuse to score on them.

Everything that is trained leaves two arrays: `seen_by_<stage>` (n,) int64 row ids and `hashes_by_<stage>` (n, 16)
uint8, equal where images are equal. They travel with what it makes.
"""

import hashlib
from collections.abc import Collection

import numpy as np

from standin.core.errors import LeakError

Arrays = dict[str, np.ndarray]
IDS, HASHES = "seen_by_", "hashes_by_"


def image_hashes(images: np.ndarray) -> np.ndarray:
    """(n, 16) uint8, equal where images are equal."""
    digests = [hashlib.blake2b(np.ascontiguousarray(image).data, digest_size=16).digest() for image in images]
    return np.frombuffer(b"".join(digests), np.uint8).reshape(-1, 16)


def mark_seen(stage: str, rows: Arrays) -> Arrays:
    """What `stage` leaves: ids and hashes of these rows (`image_ids`, `images`)."""
    return {IDS + stage: rows["image_ids"], HASHES + stage: image_hashes(rows["images"])}


def seen_arrays(arrays: Arrays) -> Arrays:
    """Those of the arrays that say what was seen."""
    return {name: array for name, array in arrays.items() if name.startswith((IDS, HASHES))}


def assert_unseen(held_out: Arrays, of: str, seen: Arrays, stages: Collection[str] = ()) -> None:
    """Holds rows to be scored on against all that was seen.

    Args:
        held_out: `image_ids` and `images` that nothing may have been trained on.
        of: what they are called, such as "test".
        seen: `seen_arrays`, of one stage or of several.
        stages: those that must have left some, since a stage that tells nothing would be believed.

    Raises:
        LeakError: names every stage that saw one of them, with the first row ids; or those that do not say what they
            saw.
    """
    silent = [stage.replace("_", " ") for stage in stages if IDS + stage not in seen]
    if silent:
        raise LeakError(f"leak: what saw {of} rows cannot be told, since {' and '.join(silent)} left no row ids")
    hashes = _as_bytes(image_hashes(held_out["images"]))
    found = []
    for name in seen:
        if not name.startswith(IDS):
            continue
        stage = name.removeprefix(IDS)
        leaked = np.isin(held_out["image_ids"], seen[name]) | np.isin(hashes, _as_bytes(seen[HASHES + stage]))
        if leaked.any():
            ids = held_out["image_ids"][leaked]
            found.append(f"{stage.replace('_', ' ')} saw {len(ids)} of them (row ids {ids[:5].tolist()})")
    if found:
        raise LeakError(f"leak: nothing may have seen {of} rows before, but " + ", and ".join(found))


def _as_bytes(hashes: np.ndarray) -> np.ndarray:
    """(n,) one opaque value a hash, which NumPy can compare."""
    return np.ascontiguousarray(hashes).view("V16").ravel()
