"""Trained networks applied to stored images, in chunks that bound memory."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from standin.core.images import to_float
from standin.training import backend

CHUNK = 1000
"""Images per call."""
WORTH_COMPILING = 5000
"""Least number of images for which a network is compiled first: compiling takes as long as some thousands of images."""
FEATURES = "features"
"""The name of a classifier's last hidden layer."""


def predict(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """(n, n_classes) float32 probabilities, from a classifier with logits as outputs."""
    return keras.ops.convert_to_numpy(keras.ops.softmax(outputs_of(model, images)))


def features_of(model: keras.Model | Callable[[np.ndarray], np.ndarray], images: np.ndarray) -> np.ndarray:
    """(n, width) float32 features: the outputs of a classifier's last hidden layer; or of a function, what it returns
    for stored images."""
    if not isinstance(model, keras.Model):
        return model(images)
    return outputs_of(keras.Model(model.input, model.get_layer(FEATURES).output), images)


def outputs_of(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """(n, width) float32 outputs, in inference mode, for stored images (n, height, width, channels), uint8 or
    float32."""
    if len(images) < WORTH_COMPILING:
        return in_chunks(lambda x: model(x, training=False), images)
    return in_chunks(backend.active().compiled(model), images)


def in_chunks(function: Callable[[np.ndarray], Any], images: np.ndarray) -> np.ndarray:
    """`function` of images in [-1, 1], one chunk at a time."""
    chunks = (function(to_float(images[start : start + CHUNK])) for start in range(0, len(images), CHUNK))
    return np.concatenate([keras.ops.convert_to_numpy(chunk) for chunk in chunks])
