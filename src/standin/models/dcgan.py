"""DCGAN: convolutional generator and discriminator (Radford et al. 2016), for any side from 8 to 96 pixels.

The generator doubles a small grid until it covers the image, and crops the excess. Each doubling is a 3x3 convolution
to four times the channels, which then become pixels (`subpixel`, Shi et al. 2016), a 4x4 transposed convolution of
stride 2 (`transposed`), or nearest-neighbor upsampling and a 3x3 convolution (`resize`: no checkerboards, Odena et al.
2016). The discriminator halves the grid as often: four pixels become channels, followed by a 3x3 convolution
(`subpixel`), or by 4x4 convolutions of stride 2 (`strided`). With sub-pixels all arithmetic uses small grids with many
channels. This needs more operations, but a CPU computes each faster, which pays off with few channels.

On CIFAR-10 with small budgets (a few thousand steps), batch normalization in the discriminator, separate for real and
generated images, makes samples diverse; without it, or with hinge loss instead, samples are brown blurs, predicted to
be cats and deer. Batches of 64 give twice the updates of batches of 128 for the same arithmetic.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal, Unpack

import keras
from keras import layers, ops

from standin.models.adversarial import Adversarial, GANOptions, check_choice
from standin.models.layers import spectral
from standin.models.layers.batch_normalization import BatchNormalization


@keras.saving.register_keras_serializable("standin")
class DCGAN(Adversarial):
    """Convolutional generator and discriminator.

    Args:
        generator_width: channels of the generator's last hidden grid; each halving of the side doubles them.
        discriminator_width: channels of the discriminator's first hidden grid, likewise.
        batch_normalization: in the discriminator, after all layers but the first and last, as in the paper; the
            generator always has it.
        discriminator_dropout: proportion of channels dropped after each discriminator layer, in training only.
        game: see `standin.models.adversarial.GANOptions`.
    """

    compares_rows_by = "batch_normalization"

    def __init__(
        self,
        image_shape: Sequence[int],
        seed: int = 0,
        generator_width: int = 32,
        discriminator_width: int = 32,
        upsampling: Literal["subpixel", "transposed", "resize"] = "subpixel",
        downsampling: Literal["subpixel", "strided"] = "subpixel",
        batch_normalization: bool = True,
        discriminator_dropout: float = 0.0,
        **game: Unpack[GANOptions],
    ) -> None:
        super().__init__(image_shape, seed, **game)
        latent = layers.Input((self.latent_dim,))
        images = layers.Input(self.image_shape)
        generated = upsample_stack(latent, self.image_shape, generator_width, upsampling, normalized)
        grid = downsample_stack(
            images, discriminator_width, batch_normalization, discriminator_dropout, self.spectral, downsampling
        )
        logit = spectral.dense(self.spectral, 1)(layers.Flatten()(grid))
        self.set_networks(
            keras.Model(latent, generated, name="generator"), keras.Model(images, logit, name="discriminator")
        )


def doublings(image_shape: Sequence[int]) -> int:
    """The number of doublings, such that the longer side of the first grid has 4 to 8 pixels."""
    return max(1, int(math.log2(max(image_shape[:2]) / 4)))


def upsample_stack(
    x: Any, image_shape: Sequence[int], width: int, upsampling: str, activated: Callable[[Any], Any]
) -> Any:
    """The generator's layers: (n, features) -> images in [-1, 1].

    Args:
        width: channels of the last hidden grid.
        activated: normalization and activation of a hidden grid.
    """
    check_choice("upsampling", upsampling, ("subpixel", "transposed", "resize"))
    height, columns, channels = image_shape
    levels = doublings(image_shape)
    scale = 2**levels
    grid = (math.ceil(height / scale), math.ceil(columns / scale))
    # With sub-pixels, the last doubling is the output: one hidden grid less to compute.
    subpixel = upsampling == "subpixel"
    hidden = levels - 1 if subpixel else levels
    start = width * 2**hidden
    x = layers.Dense(grid[0] * grid[1] * start, use_bias=False, kernel_initializer=dcgan_init())(x)
    x = activated(layers.Reshape((*grid, start))(x))
    for level in reversed(range(hidden)):
        x = activated(_doubled(x, width * 2**level, upsampling))
    outputs = 4 * channels if subpixel else channels
    x = layers.Conv2D(outputs, 3, padding="same", activation="tanh", kernel_initializer=dcgan_init())(x)
    return cropped(ops.depth_to_space(x, 2) if subpixel else x, image_shape)


def dense_bn(latent: Any, units: int, activation: str) -> Any:
    """A fully connected, batch-normalized layer before the generator's grid.

    Its outputs should be centered (`tanh`). After ReLU they are positive, and the next layer's weights grow along their
    sum until batch normalization keeps only this sum: the generator then produces the same image for every latent
    (docs/decisions/0008).
    """
    check_choice("hidden_activation", activation, ("tanh", "relu"))
    x = BatchNormalization()(layers.Dense(units, use_bias=False)(latent))
    return layers.Activation(activation)(x)


def cropped(x: Any, image_shape: Sequence[int]) -> Any:
    """The middle of a grid that is at least as large as the image."""
    over = [have - want for have, want in zip(x.shape[1:3], image_shape[:2], strict=True)]
    return layers.Cropping2D(tuple((o // 2, o - o // 2) for o in over))(x) if any(over) else x


def downsample_stack(
    x: Any, width: int, batch_normalization: bool, dropout: float, spectrally: bool, downsampling: str = "subpixel"
) -> Any:
    """The discriminator's layers except the last: images -> a grid of 4 to 8 pixels a side.

    Args:
        width: channels of the first grid, half as wide as the image.
        batch_normalization: after all layers except the first.
        dropout: proportion of channels dropped after each layer, in training only.
        spectrally: whether to normalize kernels spectrally.
    """
    check_choice("downsampling", downsampling, ("subpixel", "strided"))
    strided = downsampling == "strided"
    for level in range(doublings(x.shape[1:])):
        normalize = batch_normalization and level > 0
        convolution = spectral.convolution(
            spectrally,
            width * 2**level,
            4 if strided else 3,
            strides=2 if strided else 1,
            padding="same",
            use_bias=not normalize,
            kernel_initializer=dcgan_init(),
        )
        x = convolution(x if strided else _halved(x))
        if normalize:
            x = BatchNormalization()(x)
        x = layers.LeakyReLU(0.2)(x)
        if dropout:
            x = layers.Dropout(dropout)(x)
    return x


def normalized(x: Any) -> Any:
    """Batch normalization and ReLU."""
    return layers.ReLU()(BatchNormalization()(x))


def _doubled(x: Any, width: int, upsampling: str) -> Any:
    options = {"padding": "same", "use_bias": False, "kernel_initializer": dcgan_init()}
    if upsampling == "transposed":
        return layers.Conv2DTranspose(width, 4, strides=2, **options)(x)
    if upsampling == "resize":
        return layers.Conv2D(width, 3, **options)(layers.UpSampling2D()(x))
    return ops.depth_to_space(layers.Conv2D(4 * width, 3, **options)(x), 2)


def _halved(x: Any) -> Any:
    """(n, height, width, channels) -> (n, height / 2, width / 2, 4 channels), rounded up."""
    odd = [side % 2 for side in x.shape[1:3]]
    if any(odd):
        x = layers.ZeroPadding2D(((0, odd[0]), (0, odd[1])))(x)
    return ops.space_to_depth(x, 2)


def dcgan_init() -> keras.initializers.Initializer:
    """Initial weights as in the paper: N(0, 0.02)."""
    return keras.initializers.RandomNormal(stddev=0.02)
