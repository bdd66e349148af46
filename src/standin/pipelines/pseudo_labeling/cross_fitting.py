"""The node that labels real training images by pseudo-labelers that did not see them."""

import logging
from typing import Any

import numpy as np

from standin.core import progress
from standin.core.leakage import seen_arrays
from standin.core.types import Arrays, Checkpoint, KerasModel
from standin.data.split import halves
from standin.io.large_arrays import gather

log = logging.getLogger(__name__)


def cross_fit(
    train: Arrays,
    labeled: Arrays,
    labeler: KerasModel,
    pseudo_labeler_seen: Arrays,
    pseudo_labeler: dict[str, Any],
    seed: int,
    checkpoint: Checkpoint | None = None,
) -> Arrays:
    """Predicts the classes of the real training images as those of generated ones are predicted: by a network that was
    not trained on them. Its own training images would have nearly their true labels.

    Two networks are trained by the pseudo-labeler's recipe, each on half of the labeled images, stratified by class,
    with whole groups; each labels the other half. They have half as many images as the pseudo-labeler, which labels
    the images outside the label budget itself.

    Args:
        labeler: the pseudo-labeler.
        pseudo_labeler: its parameters.

    Returns:
        `probabilities` (n, n_classes) float32 of the training images, in their order; `image_ids` (n,); and the
        labeled images, which all three networks together have seen.
    """
    from standin.training.inference import predict
    from standin.training.supervised import fit

    n_classes, half = len(train["class_names"]), halves(labeled, seed)
    probabilities = np.empty((len(train["labels"]), n_classes), np.float32)

    def label(model: KerasModel, images: np.ndarray) -> None:
        indices = np.flatnonzero(images)
        if len(indices):
            probabilities[indices] = predict(model, gather(train["images"], indices))

    label(labeler, ~np.isin(train["image_ids"], labeled["image_ids"]))
    for part in (0, 1):
        own = np.flatnonzero(half == part)
        pool = gather(labeled["images"], own), labeled["labels"][own]
        child = checkpoint.child(f"half_{part}") if checkpoint else None
        with progress.part(part, 2, f"half {part + 1} of 2"):
            model = fit(pseudo_labeler, [pool], n_classes, seed=seed, checkpoint=child).model
        label(model, np.isin(train["image_ids"], labeled["image_ids"][half != part]))
    correct = (probabilities.argmax(axis=1) == train["labels"]).mean()
    log.info("Pseudo-labelers predict the class of %.1f%% of the real training images correctly.", 100 * correct)
    return {"probabilities": probabilities, "image_ids": train["image_ids"], **seen_arrays(pseudo_labeler_seen)}
