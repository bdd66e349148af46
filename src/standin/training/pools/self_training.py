"""Real images with pseudo-labels (Lee 2013)."""

from typing import Any

import numpy as np

from standin.core.leakage import seen_arrays
from standin.io.large_arrays import join
from standin.training.inference import predict
from standin.training.pools.pool import Arrays, TrainingPool, joined, labeled_images, provenance


def self_training(train: Arrays, labeled: Arrays, pseudo_labeler: Any, pseudo_labeler_seen: Arrays) -> TrainingPool:
    """The labeled real images, and the others with predicted labels: the value of pseudo-labels without a generative
    model."""
    outside = ~np.isin(train["image_ids"], labeled["image_ids"])
    images = train["images"][outside]
    predicted = predict(pseudo_labeler, images).argmax(axis=1)
    pool = joined(labeled_images(labeled), (images, predicted))
    seen = {"images": pool[0], "image_ids": join([labeled["image_ids"], train["image_ids"][outside]])}
    arrays = provenance(real=seen) | seen_arrays(pseudo_labeler_seen)
    arrays |= {
        "label_image_ids": pseudo_labeler_seen["seen_by_pseudo_labeler"],
        "label_source": np.array("pseudo-labeler"),
    }
    return TrainingPool([pool], arrays, len(train["class_names"]))
