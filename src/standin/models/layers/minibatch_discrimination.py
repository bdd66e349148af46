"""Minibatch discrimination (Salimans et al. 2016, section 3.2): a layer with which a discriminator sees whether the
images of a batch are all alike, as they are after mode collapse."""

from typing import Any

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("standin")
class MinibatchDiscrimination(layers.Layer):
    """(n, features) -> (n, features + kernels): appends to each row's features how close the other rows are.

    Row i is mapped to a matrix M_i (kernels, dimensions) by learned weights; what is appended for kernel b is the sum
    over the other rows j of exp(-|M_ib - M_jb|), with the L1 norm. (The paper's sum has j = i as well, which adds 1
    everywhere.)

    Args:
        kernels: number of appended closenesses.
        dimensions: of the space in which each is measured.
    """

    def __init__(self, kernels: int, dimensions: int, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.kernels = kernels
        self.dimensions = dimensions

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
