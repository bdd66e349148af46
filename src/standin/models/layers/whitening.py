"""A convolution that whitens patches, the first layer of fast CIFAR-10 classifiers (Page 2019, "How to train your
ResNet 8: Bag of tricks"; Jordan 2024)."""

from typing import Any

import keras
import numpy as np

from standin.training.adaptive import AdaptiveLayer

CHUNK = 100
"""Images whose patches are in memory at once."""


@keras.saving.register_keras_serializable("standin")
class PatchWhitening(keras.layers.Conv2D, AdaptiveLayer):
    """Projects each patch of training images onto the eigenvectors of their second moments, scaled to unit variance.

    Its filters are v / sqrt(eigenvalue + epsilon) for each eigenvector v, and their negatives, as in airbench
    (Jordan 2024). Training does not change them.

    Args:
        channels: of the images; the layer has 2 * patch**2 * channels filters.
        patch: side of a patch, in pixels.
        epsilon: added to the eigenvalues, so that directions without variance are not amplified.
        options: of a convolution, such as `strides`.
    """

    def __init__(self, channels: int, patch: int = 2, epsilon: float = 5e-4, **options: Any) -> None:
        super().__init__(2 * patch**2 * channels, patch, use_bias=False, **{"trainable": False, **options})
        self.channels, self.patch, self.epsilon = channels, patch, epsilon

    def adapt(self, inputs: np.ndarray) -> None:
        sides, width = (self.patch, self.patch), self.patch**2 * self.channels
        moments, n = np.zeros((width, width)), 0
        for start in range(0, len(inputs), CHUNK):  # all patches at once would be dozens of times the images
            chunk = inputs[start : start + CHUNK]
            patches = np.lib.stride_tricks.sliding_window_view(chunk, sides, axis=(1, 2)).transpose(0, 1, 2, 4, 5, 3)
            vectors = patches.reshape(-1, width).astype(np.float64)
            moments, n = moments + vectors.T @ vectors, n + len(vectors)
        eigenvalues, eigenvectors = np.linalg.eigh(moments / n)
        filters = eigenvectors / np.sqrt(np.maximum(eigenvalues, 0.0) + self.epsilon)
        self.kernel.assign(np.concatenate([filters, -filters], axis=1).reshape(*sides, self.channels, -1))

    def get_config(self) -> dict[str, Any]:
        base = keras.layers.Layer.get_config(self)
        own = {"channels": self.channels, "patch": self.patch, "epsilon": self.epsilon, "strides": self.strides}
        return base | own
