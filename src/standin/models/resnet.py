"""A small residual classifier with pre-activation blocks (He et al. 2016, "Identity mappings in deep residual
networks")."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from standin.models.layers.batch_normalization import BatchNormalization
from standin.models.stride import stride_of


def resnet(
    image_shape: Sequence[int],
    n_classes: int,
    widths: Sequence[int] = (64, 128, 256),
    blocks: int = 1,
    stride: int | None = None,
    standardize: bool = False,
) -> keras.Model:
    """An untrained classifier: images (n, height, width, channels) in [-1, 1] -> logits (n, n_classes).

    Args:
        widths: channels of each stage; each stage after the first halves the image.
        blocks: residual blocks per stage.
        stride: of the first convolution; None: 1, and more for images above 40 pixels a side
            (`standin.models.stride`).
        standardize: as in `standin.models.cnn.cnn`.
    """
    stride = stride_of(image_shape, stride)
    inputs = layers.Input(tuple(image_shape))
    x = layers.LayerNormalization(axis=(1, 2, 3), center=False, scale=False)(inputs) if standardize else inputs
    x = layers.Conv2D(widths[0], 3, strides=stride, padding="same", use_bias=False)(x)
    for stage, width in enumerate(widths):
        for block in range(blocks):
            x = _block(x, width, stride=2 if stage and not block else 1)
    x = layers.ReLU()(BatchNormalization()(x))
    x = layers.GlobalAveragePooling2D(name="features")(x)
    return keras.Model(inputs, layers.Dense(n_classes, dtype="float32")(x), name="resnet")


def _block(x: Any, width: int, stride: int) -> Any:
    activated = layers.ReLU()(BatchNormalization()(x))
    shortcut = x
    if stride != 1 or x.shape[-1] != width:
        shortcut = layers.Conv2D(width, 1, strides=stride, use_bias=False)(activated)
    y = layers.Conv2D(width, 3, strides=stride, padding="same", use_bias=False)(activated)
    y = layers.ReLU()(BatchNormalization()(y))
    return layers.Add()([shortcut, layers.Conv2D(width, 3, padding="same", use_bias=False)(y)])
