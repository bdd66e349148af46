"""Generated images with the pseudo-labeler's probabilities."""

from typing import Any

import numpy as np

from standin.training.inference import predict
from standin.training.pools.pool import Arrays, TrainingPool, available, provenance, pseudo_labeled


def synthetic_soft(
    labeled_synthetic: Arrays, pseudo_labeler: Any, pseudo_labeler_seen: Arrays, amount: int | None = None
) -> TrainingPool:
    """The first `amount` generated images, those of `synthetic`; None: as many as real training images. A conditional
    model's images, too, have the pseudo-labeler's probabilities, and need its labels and the model's."""
    n = available("synthetic_soft", amount or int(labeled_synthetic["n_train"]), labeled_synthetic)
    images = labeled_synthetic["images"][:n]
    by_model = provenance(synthetic=labeled_synthetic, n_synthetic=n)
    origin = pseudo_labeled(by_model, pseudo_labeler_seen)
    origin["label_image_ids"] = np.union1d(by_model["label_image_ids"], origin["label_image_ids"])
    pool = images, predict(pseudo_labeler, images)
    return TrainingPool([pool], origin, len(labeled_synthetic["class_names"]), targets="probabilities")
