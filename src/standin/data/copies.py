"""Exact copies among the images of a source. They are dropped and counted, also those with another label."""

import logging
from typing import TypedDict

import numpy as np

from standin.core.leakage import image_hashes
from standin.data.source import Source, formats_of
from standin.data.split import take

ORDER = ("test", "validation", "train")
"""Of equal images, the first of the first of these splits stays."""

log = logging.getLogger(__name__)


class Copies(TypedDict):
    """Equal images of a source, and what else its images went through.

    Attributes:
        dropped: split -> number of images that were dropped because an equal one stays.
        with_other_label: number of dropped images whose label differs from that of the image that stays.
        example: one of these pairs of images with their classes, in words; None if there is none.
        formats: of the files, such as JPEG; none if there are no files.
        notes: sentences on what was resized, converted or ignored in reading.
    """

    dropped: dict[str, int]
    with_other_label: int
    example: str | None
    formats: list[str]
    notes: list[str]


def drop_copies(source: Source) -> tuple[Source, Copies]:
    """The source with one of each set of equal images, and what was dropped. Logs both numbers."""
    stays: dict[bytes, tuple[str, int]] = {}
    splits, conflicts = {}, []
    for split in sorted(source.splits, key=ORDER.index):
        arrays, keep = source.splits[split], []
        for i, key in enumerate(map(bytes, image_hashes(arrays["images"]))):
            first, place = stays.setdefault(key, (split, i))
            if (first, place) == (split, i):
                keep.append(i)
            elif source.splits[first]["labels"][place] != arrays["labels"][i]:
                conflicts.append(((first, place), (split, i)))
        splits[split] = take(arrays, np.array(keep, dtype=np.int64))
    dropped = {name: len(arrays["labels"]) - len(splits[name]["labels"]) for name, arrays in source.splits.items()}
    example = " equals ".join(_described(source, *image) for image in conflicts[0]) if conflicts else None
    if conflicts:
        log.warning("%d images equal one with another label and are left out: %s.", len(conflicts), example)
    if any(dropped.values()):
        log.info("Images that equal another one are left out: %s.", ", ".join(f"{n} {k}" for k, n in dropped.items()))
    copies = Copies(
        dropped=dropped,
        with_other_label=len(conflicts),
        example=example,
        formats=formats_of(source.files),
        notes=[*source.notes],
    )
    return source._replace(splits=splits), copies


def _described(source: Source, split: str, place: int) -> str:
    arrays = source.splits[split]
    name = source.files[arrays["image_ids"][place]] if source.files else f"{split} image {place}"
    return f"{name} (class {source.class_names[arrays['labels'][place]]!r})"
