"""A small convolutional classifier, the default of every arm.

Blocks of [3x3 convolution, batch normalization, 2x2 max pooling, ReLU], a hidden layer, dropout, logits. Pooling stops
before the image shrinks below 2 pixels.
"""

from collections.abc import Sequence

import keras
from keras import layers

from standin.models.layers.batch_normalization import BatchNormalization


def cnn(
    image_shape: Sequence[int],
    n_classes: int,
    widths: Sequence[int] = (32, 64, 128),
    hidden: int = 128,
    dropout: float = 0.3,
    standardize: bool = False,
) -> keras.Model:
    """An untrained classifier: images (n, height, width, channels) in [-1, 1] -> logits (n, n_classes).

    Args:
        widths: channels of each block.
        hidden: units of the hidden layer.
        dropout: proportion of hidden units dropped in training.
        standardize: normalize each image to mean 0 and variance 1, so that contrast does not matter. A pseudo-labeler
            of digits needs it: otherwise, trained on crisp real digits, it predicts "1" for most of a VAE's faint ones.
    """
    inputs = layers.Input(tuple(image_shape))
    x = layers.LayerNormalization(axis=(1, 2, 3), center=False, scale=False)(inputs) if standardize else inputs
    side = min(image_shape[:2])
    for width in widths:
        x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
        x = BatchNormalization()(x)
        if side >= 4:
            x = layers.MaxPooling2D()(x)
            side //= 2
        x = layers.ReLU()(x)
    x = layers.Flatten()(x)
    x = layers.Dense(hidden, activation="relu", name="features")(x)
    x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, layers.Dense(n_classes, dtype="float32")(x), name="cnn")
