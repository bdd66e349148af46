"""Layers that take statistics from the training images before training starts."""

import keras
import numpy as np

from standin.training.inference import outputs_of

MOST_IMAGES = 5000
"""Images from which a layer takes its statistics."""


class AdaptiveLayer(keras.layers.Layer):
    """A layer whose `adapt` sets weights that training leaves unchanged."""

    def adapt(self, inputs: np.ndarray) -> None:
        """Sets the weights from (n, height, width, channels) float32 inputs of this layer."""
        raise NotImplementedError


def adapt_layers(network: keras.Model, images: np.ndarray) -> None:
    """Adapts the adaptive layers of a network in order, to the first `MOST_IMAGES` of the stored training images."""
    for layer in network.layers:
        if isinstance(layer, AdaptiveLayer):
            layer.adapt(outputs_of(keras.Model(network.input, layer.input), images[:MOST_IMAGES]))
