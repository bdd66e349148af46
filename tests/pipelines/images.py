"""Rows small enough to see through: dark images are of class 0, bright ones of class 1."""

import numpy as np

from standin.core.leakage import mark_seen

NAMES = np.array(["dark", "bright"])
CLASSIFIER = {
    "model": {"_target_": "standin.models.cnn.cnn", "widths": [4]},
    "steps": 6,
    "batch_size": 8,
    "learning_rate": 0.01,
    "log_points": 3,
}


def real(n: int = 40, first_id: int = 0) -> dict[str, np.ndarray]:
    labels = np.arange(n) % 2
    noise = np.random.default_rng(first_id).integers(0, 40, (n, 8, 8, 1))
    images = (noise + 200 * labels[:, None, None, None]).astype(np.uint8)
    return {"images": images, "labels": labels, "image_ids": np.arange(first_id, first_id + n), "class_names": NAMES}


def labeled_synthetic(n: int = 30) -> dict[str, np.ndarray]:
    rows = real(n, first_id=1000)
    return {
        "images": rows["images"],
        "labels": rows["labels"],
        "confidence": np.ones(n),
        **mark_seen("generative_model", real(40)),
        **mark_seen("pseudo_labeler", real(10)),
        "label_image_ids": np.arange(10),
        "label_source": np.array("pseudo-labeler"),
        "is_manual": np.zeros(n, bool),
        "class_names": NAMES,
        "n_train": np.array(40),
    }
