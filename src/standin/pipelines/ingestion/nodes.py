"""Nodes of the ingestion stage."""

import logging
from typing import Any

from standin.core.errors import InputError
from standin.core.instantiate import arguments_of, resolve_target
from standin.data.amounts import warn_of_few_test_images, warn_of_small_classes
from standin.data.copies import drop_copies
from standin.data.near_duplicates import find_near_duplicates
from standin.data.source import Source
from standin.data.split import draw_labeled, split
from standin.data.subset import on_withheld, subset

log = logging.getLogger(__name__)

LEAST_LEFT = 0.1
"""If a smaller part of the training images remains without equal ones, the source is a mistake."""


def ingest(
    source: dict[str, Any],
    conditions: list[str],
    split_seed: int,
    n_real: int | None,
    withheld_subset: dict[str, Any] | None,
    label_budget: int | None,
    *,
    keep_whole: bool = False,
) -> tuple[Any, ...]:
    """Loads the source and splits it, before anything else reads the images.

    Args:
        source: `_target_` of a loader and its arguments.
        conditions: names of the conditions that the source must have.
        split_seed: of all draws.
        n_real, withheld_subset: which training images to use; see `standin.data.subset`.
        label_budget: how many labels of training images the pseudo-labeler may read; None: all.
        keep_whole: whether to return all training images too, for the reference models.

    Returns:
        As `divide`.

    Raises:
        InputError: the source has other conditions, or a number or a name does not fit.
    """
    target, arguments = arguments_of(source)
    loaded = resolve_target(target)(**arguments)
    if list(loaded.condition_names) != conditions:
        raise InputError(
            f"conditions must be those of {target}, {list(loaded.condition_names)}, in this order, got {conditions}"
        )
    return divide(loaded, split_seed, n_real, withheld_subset, label_budget, keep_whole=keep_whole)


def divide(
    loaded: Source,
    split_seed: int,
    n_real: int | None,
    withheld_subset: dict[str, Any] | None,
    label_budget: int | None,
    *,
    keep_whole: bool = False,
) -> tuple[Any, ...]:
    """Splits the images of a source; arguments as for `ingest`.

    Returns:
        Training, validation and test images, labeled training images, the copies that were dropped
        (`standin.data.copies.Copies`), images for the memorization test; with `keep_whole`, all training images. Test
        images have `near_duplicate` (n,) bool, whether a training image is nearly equal
        (`standin.data.near_duplicates`).

    Raises:
        InputError: images have no labels, hardly any training image is left without equal ones, or a number or a
            name does not fit.
    """
    if not all("labels" in arrays for arrays in loaded.splits.values()):
        raise InputError("source: the images of a real data set must have labels, those given have none")
    for note in loaded.notes:
        log.info("%s", note)
    distinct, copies = drop_copies(loaded)
    left, before = (len(source.splits["train"]["labels"]) for source in (distinct, loaded))
    if left < LEAST_LEFT * before and "test" in loaded.splits:
        raise InputError(
            f"source: only {left:,} of {before:,} training images are left without those that equal another one "
            "or a test image; are the test images among them?"
        )
    splits = split(distinct, split_seed)
    for warned in warn_of_few_test_images(len(splits["test"]["labels"])):
        log.warning("%s", warned.sentence)
    train = subset(splits["train"], n_real, withheld_subset, split_seed)
    if withheld_subset is not None and not on_withheld(splits["test"], withheld_subset).any():
        raise InputError(
            f"withheld_subset: must match some test images, or nothing would be measured, got {withheld_subset}"
        )
    labeled = draw_labeled(train, label_budget, split_seed)
    test = splits["test"]
    test["near_duplicate"] = find_near_duplicates(test["images"], train["images"]).found
    withheld = (str(withheld_subset["class"]),) if withheld_subset else ()
    for warned in warn_of_small_classes(train["labels"], test["labels"], test["class_names"].tolist(), withheld):
        log.warning("%s", warned.sentence)
    whole = [splits["train"]] if keep_whole else []
    return train, splits["validation"], test, labeled, copies, splits["held_out"], *whole
