"""Functions that a caller gives: networks and features."""

import json
import re
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from standin.api.networks import GivenFeatures, given_networks
from standin.api.settings import settings
from standin.config.record import resolve_defaults
from standin.core.errors import InputError
from standin.core.instantiate import resolve_target

SHAPE = (8, 8, 1)


def network(image_shape: Any, n_classes: int, hidden: str = "features", last: str | None = None) -> keras.Model:
    images = layers.Input(image_shape)
    x = layers.Dense(4, name=hidden)(layers.Flatten()(images))
    return keras.Model(images, layers.Dense(n_classes, activation=last, name="outputs")(x))


def test_parameters_name_a_given_function_and_the_record_states_its_arguments() -> None:
    given = given_networks({"classifier": network, "feature_extractor": None}, SHAPE, 3)
    entry = settings(200, SHAPE, {"theirs": 1}, parameters=given)
    described = entry["classifier"]["model"]
    assert resolve_target(described["_target_"]) is network
    assert described["_target_"].startswith("given.network")
    recorded = json.loads(json.dumps(resolve_defaults(entry)))["classifier"]["model"]
    assert recorded == {**described, "hidden": "features", "last": None}
    assert entry["feature_extractor"]["model"]["_target_"].startswith("standin.models.")


@pytest.mark.parametrize(
    ("role", "function", "message"),
    [
        ("classifier", 3, "classifier must be a function (image_shape, n_classes) that returns a keras.Model, got int"),
        ("classifier", "cnn", "a network is named by parameters={'classifier': {'model': {'_target_': 'cnn'}}}"),
        ("classifier", network(SHAPE, 3), "since a new one is trained for each seed; got a model"),
        ("classifier", lambda shape, n: None, "of the functional or sequential kind, got NoneType"),
        ("classifier", lambda: None, "classifier: the network cannot be built for images of shape (8, 8, 1)"),
        ("classifier", lambda shape, n: network(shape, 5), "to logits (3,), got (8, 8, 1) to (5,)"),
        ("classifier", lambda shape, n: network(shape, n, last="softmax"), "last layer 'outputs' is a softmax"),
        ("feature_extractor", lambda shape, n: network(shape, n, "x"), "must have a layer named 'features'"),
    ],
)
def test_a_wrong_network_is_refused_with_one_sentence(role: str, function: Any, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        given_networks({role: function}, SHAPE, 3)


def test_features_are_computed_once_for_each_different_image() -> None:
    images = np.arange(3 * 64, dtype=np.uint8).reshape(3, *SHAPE)
    seen = []

    def function(given: np.ndarray) -> np.ndarray:
        seen.append(given)
        return given.reshape(len(given), -1)[:, :2]

    features = GivenFeatures(function)
    np.testing.assert_array_equal(features(images[[0, 1, 0]]), images.reshape(3, -1)[[0, 1, 0], :2])
    np.testing.assert_array_equal(features(images / np.float32(127.5) - 1), images.reshape(3, -1)[:, :2])
    features(images)
    assert [len(given) for given in seen] == [2, 3, 1]
    assert all(given.dtype == np.uint8 for given in seen)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (np.zeros((3, 2)), "features must be a function from images (n, height, width, channels), uint8, to an array"),
        (lambda images: images, "features must return numbers of shape (1, d) for 1 images, got (1, 8, 8, 1) uint8"),
        (lambda images: np.full((1, 2), np.nan), "features must return finite numbers"),
        (lambda images: np.array([["a"]]), "features must return numbers of shape (1, d) for 1 images, got (1, 1) <U1"),
    ],
)
def test_other_features_are_refused(function: Callable[..., Any], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        GivenFeatures(function)(np.zeros((1, *SHAPE), np.uint8))
