"""Nodes that train the reference models, which only score: oracle, feature extractor and, for conditions, regressor.

None is the classifier of an arm, and none filters or labels anything.
"""

from typing import Any

import numpy as np

from standin.core.instantiate import arguments_of
from standin.core.leakage import mark_seen

Arrays = dict[str, np.ndarray]
KerasModel = Any  # keras.Model: Keras is imported when a node runs, not when pipelines are listed
Checkpoint = Any  # standin.training.Checkpoint


def train_oracle(
    train: Arrays,
    validation: Arrays,
    oracle: dict[str, Any],
    augmentation: dict[str, Any],
    seed: int,
    checkpoint: Checkpoint | None = None,
) -> tuple[KerasModel, dict[str, Any], Arrays]:
    """The oracle: another architecture and seed than the arms' classifier, trained on all training images.

    Returns:
        The oracle, its report (its accuracy on validation images), and which images it has seen.
    """
    from standin.training.supervised import predict

    model = _trained(train["images"], train["labels"], train, oracle, augmentation, seed, checkpoint)
    correct = predict(model, validation["images"]).argmax(axis=1) == validation["labels"]
    report: dict[str, Any] = {"images_trained_on": len(train["labels"]), "images_validated_on": len(correct)}
    report["validation_accuracy"] = float(correct.mean())
    return model, report, mark_seen("oracle", train)


def train_feature_extractor(
    train: Arrays,
    feature_extractor: dict[str, Any],
    augmentation: dict[str, Any],
    seed: int,
    checkpoint: Checkpoint | None = None,
) -> tuple[KerasModel, Arrays]:
    """The feature extractor: a classifier trained on half A of the training images, whose last hidden layer gives
    features. It has not seen half B, as it has not seen held-out images.

    Returns:
        The extractor, and which images it has seen.
    """
    half = {name: train[name][train["half"] == 0] for name in ("images", "labels", "image_ids")}
    model = _trained(half["images"], half["labels"], train, feature_extractor, augmentation, seed, checkpoint)
    return model, mark_seen("feature_extractor", half)


def train_regressor(
    train: Arrays,
    regressor: dict[str, Any],
    augmentation: dict[str, Any],
    seed: int,
    checkpoint: Checkpoint | None = None,
) -> tuple[KerasModel, Arrays]:
    """The regressor: it reads the conditions from an image, and is trained on all training images.

    Returns:
        The regressor, and which images it has seen.
    """
    from standin.training.regressor import train_regressor_network

    settings = dict(regressor)
    target, arguments = arguments_of(settings.pop("model"))
    model = train_regressor_network(
        target,
        train["images"],
        train["conditions"],
        seed=seed,
        augmentation=augmentation,
        arguments=arguments,
        checkpoint=checkpoint,
        **settings,
    )
    return model, mark_seen("regressor", train)


def _trained(
    images: np.ndarray,
    labels: np.ndarray,
    train: Arrays,
    settings: dict[str, Any],
    augmentation: dict[str, Any],
    seed: int,
    checkpoint: Checkpoint | None,
) -> KerasModel:
    from standin.training.supervised import train_classifier

    settings = dict(settings)
    target, arguments = arguments_of(settings.pop("model"))
    settings |= {"arguments": arguments, "augmentation": augmentation, "seed": seed, "checkpoint": checkpoint}
    return train_classifier(target, [(images, labels)], len(train["class_names"]), **settings).model
