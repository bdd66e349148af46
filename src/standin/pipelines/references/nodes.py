"""Nodes that train the reference models: oracle, feature extractor and, for conditions, regressor.

They measure generated images. None of them is the classifier of an arm, and none filters or labels images.
"""

from typing import Any

import numpy as np

from standin.core.leakage import mark_seen

Arrays = dict[str, np.ndarray]
KerasModel = Any  # keras.Model: Keras is imported when a node runs, not when pipelines are listed
Checkpoint = Any  # standin.training.Checkpoint


def train_oracle(
    train: Arrays, validation: Arrays, oracle: dict[str, Any], seed: int, checkpoint: Checkpoint | None = None
) -> tuple[KerasModel, dict[str, Any], Arrays]:
    """The oracle: another architecture and seed than the classifier of the arms, trained on all training images.

    Returns:
        The oracle, its report, and the images it has seen.
    """
    from standin.training.inference import predict
    from standin.training.supervised import fit

    pool = train["images"], train["labels"]
    model = fit(oracle, [pool], len(train["class_names"]), seed=seed, checkpoint=checkpoint).model
    correct = predict(model, validation["images"]).argmax(axis=1) == validation["labels"]
    report = {
        "images_trained_on": len(train["labels"]),
        "images_validated_on": len(correct),
        "validation_accuracy": float(correct.mean()),
    }
    return model, report, mark_seen("oracle", train)


def train_feature_extractor(
    train: Arrays,
    feature_extractor: dict[str, Any],
    seed: int,
    half: int = 0,
    stage: str = "feature_extractor",
    checkpoint: Checkpoint | None = None,
) -> tuple[KerasModel, Arrays]:
    """A feature extractor, a classifier whose last hidden layer gives features, and the images it has seen: one half
    of the training images, so that the other half and held-out images are equally new to it.

    Args:
        half: 0 for A, 1 for B.
        stage: its name in records of seen images.
    """
    from standin.training.supervised import fit

    seen = {name: train[name][train["half"] == half] for name in ("images", "labels", "image_ids")}
    pool = seen["images"], seen["labels"]
    model = fit(feature_extractor, [pool], len(train["class_names"]), seed=seed, checkpoint=checkpoint).model
    return model, mark_seen(stage, seen)


def train_regressor(
    train: Arrays, regressor: dict[str, Any], seed: int, checkpoint: Checkpoint | None = None
) -> tuple[KerasModel, Arrays]:
    """The regressor, which predicts the conditions of an image, and the images it has seen: all training images."""
    from standin.training.supervised import fit

    pool, n_values = (train["images"], train["conditions"]), train["conditions"].shape[1]
    model = fit(regressor, [pool], n_values, targets="values", seed=seed, checkpoint=checkpoint).model
    return model, mark_seen("regressor", train)
