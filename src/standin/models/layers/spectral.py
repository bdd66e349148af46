"""Spectral normalization (Miyato et al. 2018): a layer's kernel divided by its largest singular value.

Each training call estimates the singular value by one step of power iteration, on a vector that persists between
calls. Unlike in `keras.layers.SpectralNormalization`, the layer never overwrites the kernel: only its player changes
it, and the gradient includes the division, as in the paper.
"""

from typing import Any

import keras
from keras import layers, ops


class SpectralKernel:
    """Base of the layers below, which provides `normalized_kernel`."""

    def build(self, input_shape: Any) -> None:
        super().build(input_shape)  # type: ignore[misc]
        layer: Any = self
        layer.direction = layer.add_weight(
            shape=(1, layer.kernel.shape[-1]), initializer="random_normal", trainable=False, name="direction"
        )

    def save_own_variables(self, store: Any) -> None:
        layers.Layer.save_own_variables(self, store)  # Dense and Conv2D save kernel and bias only

    def load_own_variables(self, store: Any) -> None:
        layers.Layer.load_own_variables(self, store)

    def normalized_kernel(self, training: bool | None) -> Any:
        """The kernel divided by its largest singular value, as a matrix (everything else, outputs)."""
        layer: Any = self
        matrix = ops.reshape(layer.kernel, (-1, layer.kernel.shape[-1]))
        fixed = ops.stop_gradient(matrix)
        left = _unit(ops.matmul(layer.direction.value, ops.transpose(fixed)))
        right = _unit(ops.matmul(left, fixed))
        if training:
            layer.direction.assign(right)
        largest = ops.sum(ops.matmul(left, matrix) * right)
        return layer.kernel / (largest + 1e-12)


@keras.saving.register_keras_serializable("standin")
class SpectralDense(SpectralKernel, layers.Dense):
    """`keras.layers.Dense` with a normalized kernel."""

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        return self.activation(ops.matmul(inputs, self.normalized_kernel(training)) + self.bias)


@keras.saving.register_keras_serializable("standin")
class SpectralConv2D(SpectralKernel, layers.Conv2D):
    """`keras.layers.Conv2D` with a normalized kernel."""

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        kernel = self.normalized_kernel(training)
        outputs = ops.conv(inputs, kernel, strides=self.strides, padding=self.padding)
        return self.activation(outputs + self.bias if self.use_bias else outputs)


@keras.saving.register_keras_serializable("standin")
class SpectralEmbedding(SpectralKernel, layers.Embedding):
    """`keras.layers.Embedding` with a normalized table."""

    @property
    def kernel(self) -> Any:
        return self.embeddings

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        return ops.take(self.normalized_kernel(training), inputs, axis=0)


def dense(spectral: bool, *args: Any, **arguments: Any) -> layers.Layer:
    """A dense layer, normalized if `spectral`."""
    return (SpectralDense if spectral else layers.Dense)(*args, **arguments)


def convolution(spectral: bool, *args: Any, **arguments: Any) -> layers.Layer:
    """A convolution, normalized if `spectral`."""
    return (SpectralConv2D if spectral else layers.Conv2D)(*args, **arguments)


def embedding(spectral: bool, *args: Any, **arguments: Any) -> layers.Layer:
    """An embedding, normalized if `spectral`; it then must not start at zero."""
    return (SpectralEmbedding if spectral else layers.Embedding)(*args, **arguments)


def _unit(vector: Any) -> Any:
    return vector * ops.rsqrt(ops.sum(ops.square(vector)) + 1e-12)
