"""Real images with pseudo-labels (Lee 2013)."""

from typing import Any

import numpy as np

from standin.io.large_arrays import join
from standin.training.inference import predict
from standin.training.pools.pool import Arrays, TrainingPool, joined, labeled_images, provenance, pseudo_labeled


def self_training(train: Arrays, labeled: Arrays, pseudo_labeler: Any, pseudo_labeler_seen: Arrays) -> TrainingPool:
    """The labeled real images, and the others with predicted labels: the value of pseudo-labels without a generative
    model."""
    outside = ~np.isin(train["image_ids"], labeled["image_ids"])
    images = train["images"][outside]
    predicted = predict(pseudo_labeler, images).argmax(axis=1)
    pool = joined(labeled_images(labeled), (images, predicted))
    seen = {"images": pool[0], "image_ids": join([labeled["image_ids"], train["image_ids"][outside]])}
    origin = pseudo_labeled(provenance(real=seen), pseudo_labeler_seen)
    return TrainingPool([pool], origin, len(train["class_names"]))
