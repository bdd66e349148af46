"""Shared by all training pools: the result, its provenance, and amounts of generated images."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from standin.core.leakage import mark_seen, seen_arrays
from standin.io.large_arrays import join
from standin.training.recipe import Targets

log = logging.getLogger(__name__)

Arrays = dict[str, np.ndarray]
Pool = tuple[np.ndarray, np.ndarray]
"""Images (n, height, width, channels) and labels (n,), or class probabilities (n, n_classes)."""


@dataclass(frozen=True)
class TrainingPool:
    """The training data of an arm's classifier.

    Attributes:
        pools: used one after the other.
        provenance: see `provenance`.
        n_classes: number of classes.
        augmented: whether the augmentation of the classifier's recipe applies.
        length: of the training, as a multiple of the classifier's steps.
        targets: what the pools have next to images.
    """

    pools: Sequence[Pool]
    provenance: Arrays
    n_classes: int
    augmented: bool = True
    length: float = 1.0
    targets: Targets = "labels"


def labeled_images(arrays: Arrays, n: int | None = None) -> Pool:
    """The first `n` images, or all, and their labels."""
    return arrays["images"][:n], arrays["labels"][:n]


def joined(*pools: Pool) -> Pool:
    """All of the pools as one."""
    images, labels = zip(*pools, strict=True)
    return join(images), join(labels)


def available(arm: str, wanted: int, synthetic: Arrays) -> int:
    """`wanted`, or the number of generated images if that is smaller, with a warning."""
    n = len(synthetic["labels"])
    if n < wanted:
        hint = "there are no more" if "labels_spent" in synthetic else "increase n_synthetic"
        log.warning("%s uses %d synthetic images instead of %d; %s.", arm, n, wanted, hint)
    return min(wanted, n)


def provenance(real: Arrays | None = None, synthetic: Arrays | None = None, n_synthetic: int = 0) -> Arrays:
    """The images that an arm's classifier, and all that its training images depend on, have seen.

    Args:
        real: real training images with their true labels.
        synthetic: generated images; the first `n_synthetic` are training images.

    Returns:
        `real_image_ids` (real training images), `label_image_ids` (real images whose labels were read), `n_synthetic`;
        `label_source` and `n_manual_labels` of the generated images, with what is known of their origin (`made_from`,
        `labels_spent`); and the images seen by each stage (`standin.core.leakage`).
    """
    none = np.array([], np.int64)
    real_image_ids = none if real is None else real["image_ids"]
    arrays = {
        "real_image_ids": real_image_ids,
        "label_image_ids": real_image_ids,
        "n_synthetic": np.array(n_synthetic),
        "label_source": np.array(""),
        "n_manual_labels": np.array(0),
    }
    if real is not None:
        arrays |= mark_seen("classifier", real)
    if synthetic is None:
        return arrays
    is_manual = synthetic["is_manual"][:n_synthetic]
    if len(is_manual) and is_manual.all():  # no label of a real image was read
        label_source, label_image_ids = np.array("manual"), none
    else:
        label_source, label_image_ids = np.array(synthetic["label_source"]), synthetic["label_image_ids"]
    arrays |= {name: synthetic[name] for name in ("labels_spent", "made_from") if name in synthetic}
    return arrays | {
        **seen_arrays(synthetic),
        "label_image_ids": np.union1d(real_image_ids, label_image_ids),
        "label_source": label_source,
        "n_manual_labels": is_manual.sum(),
    }


def pseudo_labeled(arrays: Arrays, pseudo_labeler_seen: Arrays) -> Arrays:
    """The provenance `arrays` of images, if the pseudo-labeler's predictions are their only labels."""
    return arrays | {
        **seen_arrays(pseudo_labeler_seen),
        "label_image_ids": pseudo_labeler_seen["seen_by_pseudo_labeler"],
        "label_source": np.array("pseudo-labeler"),
        "n_manual_labels": np.array(0),
    }
