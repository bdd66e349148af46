"""Nodes that apply the reference models to real images, with which all experiments of a data set are compared.

They are in a separate module: a change here does not retrain models.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from standin.core.leakage import assert_unseen
from standin.data.subset import draw, on_withheld
from standin.io.large_arrays import gather
from standin.metrics.nearest import nearest_others
from standin.metrics.pixel_components import PixelComponents

Arrays = dict[str, np.ndarray]
KerasModel = Any  # keras.Model: Keras is imported when a node runs, not when pipelines are listed
VALIDATION_SEED, TEST_SEED, READINGS_SEED = 1, 2, 1
"""Seeds of the draws of real images; `standin.pipelines.sample_quality.nodes` has those of generated ones."""


def extract_reference_features(
    feature_extractor: KerasModel,
    feature_extractor_seen: Arrays,
    train: Arrays,
    validation: Arrays,
    test: Arrays,
    sample_quality: Mapping[str, Any],
    withheld_subset: Mapping[str, Any] | None,
    reference_memorization: Arrays,
) -> Arrays:
    """Features of images that the extractor has not seen: validation, test, and half B of the training images.

    Args:
        sample_quality: `max_images`, the largest number of validation and of test images, drawn at random.
        withheld_subset: the training images that are left out; None: none.
        reference_memorization: has the principal components of pixels.

    Returns:
        `validation` and `test` (n, d), with `<part>_pixels` (n, k), their principal components, `<part>_labels` (n,),
        `<part>_withheld` (n,) bool (whether they belong to the withheld subset) and, for images with conditions,
        `<part>_conditions` (n, conditions); `training` (m, d),
        with `training_radii` (m,), the distance of each to its nearest other one; `n_classes` (); `accuracy` (), of the
        feature extractor on these validation images, unless it is a function.

    Raises:
        LeakError: the extractor saw one of these images.
    """
    from standin.training.inference import features_of, predict

    for name, images in (("test", test), ("validation", validation)):
        assert_unseen(images, name, feature_extractor_seen, ["feature_extractor"])
    assert_unseen(half_b(train), "half-B training", feature_extractor_seen)
    pixels = PixelComponents(reference_memorization["mean"], reference_memorization["components"])
    features: Arrays = {"n_classes": np.array(len(train["class_names"]))}
    for name, images, seed in (("validation", validation, VALIDATION_SEED), ("test", test, TEST_SEED)):
        drawn = draw(images, sample_quality["max_images"], seed)
        features[name] = features_of(feature_extractor, drawn["images"])
        features[f"{name}_pixels"] = pixels.project(drawn["images"])
        if name == "validation" and hasattr(feature_extractor, "layers"):  # a function predicts no class
            correct = predict(feature_extractor, drawn["images"]).argmax(axis=1) == drawn["labels"]
            features["accuracy"] = np.array(correct.mean())
        features |= {f"{name}_{part}": drawn[part] for part in ("labels", "conditions") if part in drawn}
        none = np.zeros(len(drawn["labels"]), bool)
        features[f"{name}_withheld"] = on_withheld(images | drawn, withheld_subset) if withheld_subset else none
    features["training"] = features_of(feature_extractor, half_b(train)["images"])
    features["training_radii"] = nearest_others(features["training"]).distance
    return features


def half_b(train: Arrays) -> Arrays:
    """`images` and `image_ids` of the training images that the feature extractor is not trained on."""
    chosen = np.flatnonzero(train["half"] == 1)
    return {name: gather(train[name], chosen) for name in ("images", "image_ids")}


def predict_reference_images(
    oracle: KerasModel,
    oracle_seen: Arrays,
    validation: Arrays,
    test: Arrays,
    sample_quality: Mapping[str, Any],
    regressor: KerasModel | None = None,
    regressor_seen: Arrays | None = None,
) -> Arrays:
    """Outputs of the oracle and the regressor for real images.

    Args:
        sample_quality: `max_images`, the largest number of validation images and of test images for the regressor.
        regressor, regressor_seen: for data sets with conditions.

    Returns:
        Probabilities (n, classes) of drawn `validation` images, with `validation_labels` (n,), and of all `test`
        images; with a regressor also `test_readings` and `test_conditions` (m, conditions).

    Raises:
        LeakError: the oracle or the regressor saw one of these images.
    """
    from standin.training.inference import outputs_of, predict

    stages = ["oracle"] if regressor_seen is None else ["oracle", "regressor"]
    for name, images in (("test", test), ("validation", validation)):
        assert_unseen(images, name, oracle_seen | (regressor_seen or {}), stages)
    drawn = draw(validation, sample_quality["max_images"], VALIDATION_SEED)
    predictions = {
        "validation": predict(oracle, drawn["images"]),
        "validation_labels": drawn["labels"],
        "test": predict(oracle, test["images"]),
    }
    if regressor is not None:
        shown = draw(test, sample_quality["max_images"], READINGS_SEED)
        predictions["test_readings"] = outputs_of(regressor, shown["images"])
        predictions["test_conditions"] = shown["conditions"]
    return predictions
