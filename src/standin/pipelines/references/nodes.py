"""Nodes that train the judges of generated images: oracle, feature extractor and, for conditions, regressor.

None is the classifier of an arm, and none filters or labels anything: they only score.
"""

from typing import Any

import numpy as np

from standin.core.instantiate import arguments_of
from standin.core.leakage import mark_seen
from standin.metrics.conditions import asked_against_obtained

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
    """The oracle: another architecture and seed than the arms' classifier, trained on all train rows.

    Returns:
        The oracle, its report (how often it is right on validation rows), and which rows it has seen.
    """
    from standin.training.supervised import predict

    model = _trained(train["images"], train["labels"], train, oracle, augmentation, seed, checkpoint)
    right = predict(model, validation["images"]).argmax(axis=1) == validation["labels"]
    report: dict[str, Any] = {"images_trained_on": len(train["labels"]), "images_validated_on": len(right)}
    report["validation_accuracy"] = float(right.mean())
    return model, report, mark_seen("oracle", train)


def train_feature_extractor(
    train: Arrays,
    feature_extractor: dict[str, Any],
    augmentation: dict[str, Any],
    seed: int,
    checkpoint: Checkpoint | None = None,
) -> tuple[KerasModel, Arrays]:
    """The feature extractor: a classifier trained on half A of the train rows, whose last hidden layer gives
    features. Half B is then unseen by it, as held-out rows are.

    Returns:
        The extractor, and which rows it has seen.
    """
    half = {name: train[name][train["half"] == 0] for name in ("images", "labels", "image_ids")}
    model = _trained(half["images"], half["labels"], train, feature_extractor, augmentation, seed, checkpoint)
    return model, mark_seen("feature_extractor", half)


def train_regressor(
    train: Arrays,
    test: Arrays,
    regressor: dict[str, Any],
    augmentation: dict[str, Any],
    seed: int,
    checkpoint: Checkpoint | None = None,
) -> tuple[KerasModel, dict[str, Any], Arrays]:
    """The regressor: it reads the conditions from an image, and was trained on all train rows.

    Returns:
        The regressor, its report (for each condition how well it reads real test rows, which is what to expect of
        generated ones that show their conditions as well), and which rows it has seen.
    """
    from standin.training.regressor import read_values, train_regressor_network

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
    found = asked_against_obtained(test["conditions"], read_values(model, test["images"]))
    names = train["condition_names"].tolist()
    report = {
        "images_trained_on": len(train["images"]),
        "test_images": {name: reading._asdict() for name, reading in zip(names, found, strict=True)},
    }
    return model, report, mark_seen("regressor", train)


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
