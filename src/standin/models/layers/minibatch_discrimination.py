"""Minibatch discrimination (Salimans et al. 2016, section 3.2): a layer that shows a discriminator whether the images
of a batch are alike, as after mode collapse."""

from typing import Any

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("standin")
class MinibatchDiscrimination(layers.Layer):
    """(n, features) -> (n, features + kernels): appends the closeness of the other images to each image's features.

    Learned weights map image i to a matrix M_i (kernels, dimensions). The closeness of kernel b is the sum over the
    other images j of exp(-|M_ib - M_jb|), with the L1 norm. (The paper's sum includes j = i, which adds 1 everywhere.)
    """

    def __init__(self, kernels: int, dimensions: int, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.kernels, self.dimensions = kernels, dimensions

    def build(self, input_shape: Any) -> None:
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.kernels * self.dimensions), initializer="glorot_uniform", name="kernel"
        )

    def call(self, features: Any) -> Any:
        mapped = ops.reshape(ops.matmul(features, self.kernel), (-1, self.kernels, self.dimensions))
        apart = ops.sum(ops.abs(mapped[:, None] - mapped[None]), axis=-1)  # (n, n, kernels)
        return ops.concatenate([features, ops.sum(ops.exp(-apart), axis=1) - 1.0], axis=-1)

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        return (*input_shape[:-1], input_shape[-1] + self.kernels)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "kernels": self.kernels, "dimensions": self.dimensions}
