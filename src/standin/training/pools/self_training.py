"""Real images with pseudo-labels (Lee 2013)."""

from typing import Any

import numpy as np

from standin.core.leakage import mark_seen, seen_arrays
from standin.training.inference import predict
from standin.training.pools.pool import Arrays, TrainingPool, provenance


def self_training(train: Arrays, labeled: Arrays, pseudo_labeler: Any, pseudo_labeler_seen: Arrays) -> TrainingPool:
    """The real images outside the label budget, with predicted labels: the value of pseudo-labels without a generative
    model."""
    outside = ~np.isin(train["image_ids"], labeled["image_ids"])
    images = {name: train[name][outside] for name in ("images", "image_ids")}
    predicted = predict(pseudo_labeler, images["images"]).argmax(axis=1)
    arrays = provenance() | mark_seen("classifier", images) | seen_arrays(pseudo_labeler_seen)
    arrays |= {
        "real_image_ids": images["image_ids"],
        "label_image_ids": pseudo_labeler_seen["seen_by_pseudo_labeler"],
        "label_source": np.array("pseudo-labeler"),
    }
    return TrainingPool([(images["images"], predicted)], arrays, len(train["class_names"]))
