"""A small, fast classifier after airbench (Jordan 2024, "94% on CIFAR-10 in 3.29 seconds on a single GPU",
arXiv 2404.00498; https://github.com/KellerJordan/cifar10-airbench), to be trained with Muon.

Whitened patches; blocks of [3x3 convolution, 2x2 max pooling, batch normalization, SiLU, 3x3 convolution, batch
normalization, SiLU]; global max pooling, divided by the number of features; logits. Convolutions start as the identity,
and normalization has no trained scale.

It differs from airbench in what takes long on a CPU (docs/decisions/0025): SiLU instead of GELU, no trained bias after
the whitening, whose gradient would cost as much as a block, and fewer channels.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from standin.models.layers.batch_normalization import BatchNormalization
from standin.models.layers.whitening import PatchWhitening
from standin.models.stride import stride_of
from standin.training import backend

STATISTICS_MOMENTUM = 0.5
"""Batch statistics are averaged over about two batches: they are large, and trainings are short."""


def airbench(
    image_shape: Sequence[int],
    n_classes: int,
    widths: Sequence[int] = (32, 64, 128),
    patch: int | None = None,
    stride: int | None = None,
    standardize: bool = False,
) -> keras.Model:
    """An untrained classifier: images (n, height, width, channels) in [-1, 1] -> logits (n, n_classes).

    Args:
        widths: channels of each block; airbench94 has (64, 256, 256). Pooling stops before the image shrinks below 2
            pixels.
        patch: side of the whitened patches, in pixels; None: the stride, at least 2.
        stride: of these patches; None: 1, and more for images above 40 pixels a side (`standin.models.stride`).
        standardize: as in `standin.models.cnn.cnn`.
    """
    stride = stride_of(image_shape, stride)
    patch = max(2, stride) if patch is None else patch
    inputs = layers.Input(tuple(image_shape))
    x = layers.LayerNormalization(axis=(1, 2, 3), center=False, scale=False)(inputs) if standardize else inputs
    x = layers.Activation(silu)(PatchWhitening(image_shape[-1], patch, strides=stride)(x))
    side = min(x.shape[1:3])
    for width in widths:
        x = _convolution(width)(x)
        if side >= 4:
            x = layers.MaxPooling2D()(x)
            side //= 2
        x = _normalized(x)
        x = _normalized(_convolution(width)(x))
    x = layers.GlobalMaxPooling2D(name="features")(x)
    x = layers.Rescaling(1.0 / widths[-1], dtype="float32")(x)
    unit_normal = keras.initializers.RandomNormal(stddev=1.0)
    logits = layers.Dense(n_classes, use_bias=False, kernel_initializer=unit_normal, dtype="float32")(x)
    return keras.Model(inputs, logits, name="airbench")


@keras.saving.register_keras_serializable("standin")
def silu(inputs: Any) -> Any:
    """SiLU (Elfwing et al. 2018) in the active backend's fastest implementation."""
    return backend.active().silu(inputs)


@keras.saving.register_keras_serializable("standin")
class Identity(keras.initializers.HeUniform):
    """He's uniform initialization (2015), except that the first filters pass one input channel each on unchanged."""

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        height, width, inputs, outputs = shape
        n = min(inputs, outputs)
        center = ops.one_hot([height // 2], height)[0][:, None] * ops.one_hot([width // 2], width)[0]
        identity = center[..., None, None] * ops.eye(inputs, n)
        return ops.cast(ops.concatenate([identity, super().__call__(shape)[..., n:]], axis=-1), dtype or "float32")


def _convolution(width: int) -> Any:
    return layers.Conv2D(width, 3, padding="same", use_bias=False, kernel_initializer=Identity())


def _normalized(x: Any) -> Any:
    return layers.Activation(silu)(BatchNormalization(STATISTICS_MOMENTUM, scale=False)(x))
