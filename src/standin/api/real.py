"""The real images of a comparison, divided so that a generator of the training images has seen no others."""

from typing import Any

import numpy as np

from standin.api.inputs import to_source
from standin.core.errors import InputError
from standin.data.amounts import listed_in_words
from standin.data.source import Source
from standin.data.split import hold_out

VALIDATION_OF_TEST = 0.2
"""The part of given test images that become validation images."""
LEAST = 25
"""Fewer test images are not divided."""
SEED = 0


def real_source(real: Any, test: Any, side: int | None) -> Source:
    """Real training images, with test and validation images if test images are given or the source has some.

    A generator may have been trained on every training image. Validation images are therefore part of the test images.

    Args:
        real, test, side: as for `standin.compare`.

    Raises:
        InputError: test images do not fit the others.
    """
    source = to_source(real, "real", side=side)
    source = source if test is None else _with_test(source, test, side)
    if "test" not in source.splits or "validation" in source.splits:
        return source
    arrays = source.splits["test"]
    counts = np.bincount(arrays["labels"], minlength=len(source.class_names))
    if "groups" in arrays or counts.min() < 2 or counts.sum() < LEAST:  # training images have to serve
        return source
    fraction = max(VALIDATION_OF_TEST, len(counts) / len(arrays["labels"]))
    kept, validation = hold_out(arrays, fraction, SEED, source.class_names)
    note = (
        f"{len(validation['labels']):,} of the {len(arrays['labels']):,} test images are used for validation, since a "
        "generator may have seen all training images."
    )
    splits = source.splits | {"test": kept, "validation": validation}
    return source._replace(splits=splits, notes=(*source.notes, note))


def _with_test(source: Source, test: Any, side: int | None) -> Source:
    images = source.splits["train"]["images"]
    of_test = to_source(test, "test", side=side or min(images.shape[1:3]))
    if of_test.class_names != source.class_names:
        missing, more = (
            listed_in_words([repr(name) for name in names if name not in others])
            for names, others in (
                (source.class_names, of_test.class_names),
                (of_test.class_names, source.class_names),
            )
        )
        differences = [f"has no images of class {missing}"] if missing else []
        differences += [f"has images of class {more}, that real does not have"] if more else []
        raise InputError(f"test {' and '.join(differences) or 'must have the classes of real in the same order'}")
    if of_test.splits["train"]["images"].shape[1:] != images.shape[1:]:
        shapes = images.shape[1:], of_test.splits["train"]["images"].shape[1:]
        raise InputError(f"test: images must have the shape of real ones, {shapes[0]}, got {shapes[1]}")
    kept = {name: arrays for name, arrays in source.splits.items() if name != "test"}
    start = 1 + max(int(arrays["image_ids"].max()) for arrays in kept.values())
    arrays = of_test.splits["train"]
    moved = arrays | {"image_ids": arrays["image_ids"] + start}
    files = (*source.files[:start], *of_test.files) if source.files and of_test.files else ()
    return source._replace(splits={**kept, "test": moved}, files=files, notes=(*source.notes, *of_test.notes))
