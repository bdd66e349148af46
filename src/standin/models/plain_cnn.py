"""A convolutional classifier without batch normalization whose kernels grow with depth, from one of the source studies
on galaxies (docs/source_studies.md, S2).

Blocks of [convolution, ReLU, 2x2 max pooling, dropout], hidden layers, logits. Two logits replace the study's single
sigmoid, which is equivalent.
"""

from collections.abc import Sequence

import keras
from keras import layers

from standin.core.errors import InputError


def plain_cnn(
    image_shape: Sequence[int],
    n_classes: int,
    widths: Sequence[int] = (16, 16, 16),
    kernels: Sequence[int] = (4, 8, 16),
    hidden: Sequence[int] = (128, 64),
    dropout: float = 0.25,
) -> keras.Model:
    """An untrained classifier: images (n, height, width, channels) in [-1, 1] -> logits (n, n_classes).

    Args:
        image_shape: (height, width, channels); height and width at least 2 ** len(widths).
        widths: channels of each block.
        kernels: side of each block's kernels, in pixels.
        hidden: units of each hidden layer.
        dropout: proportion of a block's outputs dropped in training.

    Raises:
        InputError: if kernels and widths differ in number, or the image is too small for the blocks.
    """
    if len(kernels) != len(widths):
        raise InputError(f"kernels must be one for each of the {len(widths)} widths, got {len(kernels)}")
    if min(image_shape[:2]) < 2 ** len(widths):
        least = 2 ** len(widths)
        raise InputError(f"images must have {least} pixels a side for {len(widths)} widths, got {image_shape}")
    inputs = x = layers.Input(tuple(image_shape))
    for width, kernel in zip(widths, kernels, strict=True):
        x = layers.Conv2D(width, kernel, padding="same", activation="relu")(x)
        x = layers.Dropout(dropout)(layers.MaxPooling2D()(x))
    x = layers.Flatten()(x)
    for i, units in enumerate(hidden):
        x = layers.Dense(units, activation="relu", name="features" if i == len(hidden) - 1 else None)(x)
    return keras.Model(inputs, layers.Dense(n_classes, dtype="float32")(x), name="plain_cnn")
