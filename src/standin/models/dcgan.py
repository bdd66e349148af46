"""DCGAN: convolutional generator and discriminator (Radford et al. 2016), for any side from 8 to 64 pixels.

The generator starts from a small grid and doubles it until it covers the image; the excess is cropped. Each
doubling is a 3x3 convolution to four times the channels, which then become pixels (`subpixel`, Shi et al. 2016), or a
4x4 transposed convolution of stride 2, or nearest-neighbor upsampling and a 3x3 convolution (no checkerboards, Odena
et al. 2016). The discriminator halves as often: four pixels become channels and are convolved 3x3 (`subpixel`), or by
4x4 convolutions of stride 2. With sub-pixels all arithmetic happens on small grids with many channels. There is
more of it, but a CPU does each operation faster, which pays where channels are few.

Measured on CIFAR-10, on small budgets (a few thousand steps): batch normalization in the discriminator, separate for
real and generated images, makes samples diverse; without it, or with hinge loss instead, samples are brown blurs that a
pseudo-labeler predicts to be cats and deer. Batches of 64 give twice the updates of batches of 128 for the same
arithmetic.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal, Unpack

import keras
from keras import layers, ops

from standin.core.errors import InputError
from standin.models.adversarial import Adversarial, GANOptions
from standin.models.layers import spectral
from standin.models.layers.batch_normalization import BatchNormalization


@keras.saving.register_keras_serializable("standin")
class DCGAN(Adversarial):
    """Convolutional generator and discriminator.

    Args:
        image_shape: (height, width, channels).
        generator_width: channels of the generator's last hidden grid; each halving of the side doubles them.
        discriminator_width: channels of the discriminator's first hidden grid, likewise.
        upsampling: `subpixel`, `transposed` or `resize`.
        downsampling: `subpixel` or `strided`.
        batch_normalization: in the discriminator, after each layer but the first and last, as in the paper; the
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
    """How often the first grid is doubled: its longer side is then 4 to 8 pixels."""
    return max(1, int(math.log2(max(image_shape[:2]) / 4)))


def upsample_stack(
    x: Any, image_shape: Sequence[int], width: int, upsampling: str, activated: Callable[[Any], Any]
) -> Any:
    """The generator's layers: (n, features) -> images in [-1, 1].

    Args:
        width: channels of the last hidden grid.
        upsampling: `subpixel`, `transposed` or `resize`.
        activated: normalization and activation of a hidden grid.
    """
    if upsampling not in ("subpixel", "transposed", "resize"):
        raise InputError(f"upsampling must be 'subpixel', 'transposed' or 'resize', got {upsampling!r}")
    height, columns, channels = image_shape
    levels = doublings(image_shape)
    scale = 2**levels
    grid = (math.ceil(height / scale), math.ceil(columns / scale))
    # With sub-pixels, the last doubling is the output itself: one hidden grid less to compute.
    hidden = levels - 1 if upsampling == "subpixel" else levels
    widths = [width * 2**level for level in reversed(range(hidden))]
    start = width * 2**hidden
    x = layers.Dense(grid[0] * grid[1] * start, use_bias=False, kernel_initializer=dcgan_init())(x)
    x = activated(layers.Reshape((*grid, start))(x))
    for wide in widths:
        x = activated(_doubled(x, wide, upsampling))
    if upsampling == "subpixel":
        x = layers.Conv2D(4 * channels, 3, padding="same", activation="tanh", kernel_initializer=dcgan_init())(x)
        x = ops.depth_to_space(x, 2)
    else:
        x = layers.Conv2D(channels, 3, padding="same", activation="tanh", kernel_initializer=dcgan_init())(x)
    return cropped(x, image_shape)


def dense_bn(latent: Any, units: int, activation: str) -> Any:
    """A fully connected, batch-normalized layer before the generator's grid.

    Its outputs must be centered (`tanh`). After ReLU they are positive, and the next layer's weights grow along their
    sum: every unit follows that one number, which is all that batch normalization keeps. The generator then gives the
    same image for every latent (docs/decisions/0008).
    """
    if activation not in ("tanh", "relu"):
        raise InputError(f"hidden_activation must be 'tanh' or 'relu', got {activation!r}")
    x = BatchNormalization()(layers.Dense(units, use_bias=False)(latent))
    return layers.Activation(activation)(x)


def cropped(x: Any, image_shape: Sequence[int]) -> Any:
    """The middle of a grid that is at least as large as the image."""
    over = [have - want for have, want in zip(x.shape[1:3], image_shape[:2], strict=True)]
    return layers.Cropping2D(tuple((o // 2, o - o // 2) for o in over))(x) if any(over) else x


def downsample_stack(
    x: Any, width: int, batch_normalization: bool, dropout: float, spectrally: bool, downsampling: str = "subpixel"
) -> Any:
    """The discriminator's layers but the last: images -> a grid of 4 to 8 pixels a side.

    Args:
        width: channels of the first grid, half as wide as the image.
        batch_normalization: after each layer but the first.
        dropout: proportion of channels dropped after each layer, in training only.
        spectrally: normalize kernels spectrally.
        downsampling: `subpixel` or `strided`.
    """
    if downsampling not in ("subpixel", "strided"):
        raise InputError(f"downsampling must be 'subpixel' or 'strided', got {downsampling!r}")
    for level in range(doublings(x.shape[1:])):
        normalize = batch_normalization and level > 0
        strided = downsampling == "strided"
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
    if upsampling == "transposed":
        transposed = layers.Conv2DTranspose(
            width, 4, strides=2, padding="same", use_bias=False, kernel_initializer=dcgan_init()
        )
        return transposed(x)
    if upsampling == "resize":
        convolution = layers.Conv2D(width, 3, padding="same", use_bias=False, kernel_initializer=dcgan_init())
        return convolution(layers.UpSampling2D()(x))
    convolution = layers.Conv2D(4 * width, 3, padding="same", use_bias=False, kernel_initializer=dcgan_init())
    return ops.depth_to_space(convolution(x), 2)


def _halved(x: Any) -> Any:
    """(n, height, width, channels) -> (n, height / 2, width / 2, 4 channels), rounded up."""
    odd = [side % 2 for side in x.shape[1:3]]
    if any(odd):
        x = layers.ZeroPadding2D(((0, odd[0]), (0, odd[1])))(x)
    return ops.space_to_depth(x, 2)


def dcgan_init() -> keras.initializers.Initializer:
    """Initial weights as in the paper: N(0, 0.02)."""
    return keras.initializers.RandomNormal(stddev=0.02)
