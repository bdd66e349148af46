"""DCGAN: convolutional generator and discriminator (Radford et al. 2016), for any side from 8 to 64 pixels.

The generator starts from a small grid and doubles it until it covers the image; what is over is cropped. Each
doubling is nearest-neighbour upsampling and a 3x3 convolution (no checkerboards, Odena et al. 2016), or a 4x4
transposed convolution of stride 2 (less than half the arithmetic). The discriminator halves with 4x4 convolutions of
stride 2 as often.

What measurement showed on CIFAR-10, on small budgets (a few thousand steps): batch normalisation in the
discriminator, on real and generated rows apart, is what makes samples varied; without it, or with hinge loss in its
place, samples are brown blurs that a labeller calls cats and deer. Batches of 64 give twice the updates of batches of
128 for the same arithmetic.
"""

import math
from collections.abc import Sequence
from typing import Any, Literal

import keras
from keras import layers

from standin.errors import InputError
from standin.models.adversarial import Adversarial


@keras.saving.register_keras_serializable("standin")
class DCGAN(Adversarial):
    """Convolutional generator and discriminator.

    Args:
        image_shape: (height, width, channels).
        latent_dim: width of the latent.
        latent: its distribution, `normal` or `uniform` on [-1, 1].
        generator_width: channels of the generator's last hidden grid; each halving of the side doubles them.
        discriminator_width: channels of the discriminator's first hidden grid, likewise.
        batch_normalisation: in the discriminator, after each layer but the first and last, as in the paper; the
            generator always has it.
        upsampling: `resize` (nearest neighbour, then convolution) or `transposed` (convolution).
        discriminator_dropout: share of channels dropped after each discriminator layer, in training only.
        loss: `non_saturating` (cross-entropy) or `hinge`.
        real_target: target of the discriminator for real images; cross-entropy only.
        generator_learning_rate, discriminator_learning_rate, beta_1: of Adam.
        moving_average: decay of the generator's moving average, or None.
    """

    def __init__(
        self,
        image_shape: Sequence[int],
        seed: int = 0,
        latent_dim: int = 100,
        latent: Literal["normal", "uniform"] = "normal",
        generator_width: int = 32,
        discriminator_width: int = 32,
        upsampling: Literal["resize", "transposed"] = "transposed",
        batch_normalisation: bool = True,
        discriminator_dropout: float = 0.0,
        loss: Literal["non_saturating", "hinge"] = "non_saturating",
        real_target: float = 1.0,
        generator_learning_rate: float = 2e-4,
        discriminator_learning_rate: float = 2e-4,
        beta_1: float = 0.5,
        moving_average: float | None = None,
    ) -> None:
        super().__init__(image_shape, seed)
        if upsampling not in ("resize", "transposed"):
            raise InputError(f"upsampling must be 'resize' or 'transposed', got {upsampling!r}")
        self.play(
            _generator(self.image_shape, latent_dim, generator_width, upsampling),
            _discriminator(self.image_shape, discriminator_width, batch_normalisation, discriminator_dropout),
            latent_dim=latent_dim,
            latent=latent,
            loss=loss,
            separate=batch_normalisation,
            real_target=real_target,
            generator_learning_rate=generator_learning_rate,
            discriminator_learning_rate=discriminator_learning_rate,
            beta_1=beta_1,
            moving_average=moving_average,
        )


def doublings(image_shape: Sequence[int]) -> int:
    """How often the start grid is doubled: its longer side is then 4 to 8 pixels."""
    return max(1, int(math.log2(max(image_shape[:2]) / 4)))


def _generator(image_shape: Sequence[int], latent_dim: int, width: int, upsampling: str) -> keras.Model:
    height, columns, channels = image_shape
    levels = doublings(image_shape)
    scale = 2**levels
    grid = (math.ceil(height / scale), math.ceil(columns / scale))
    widths = [width * 2 ** (levels - 1 - level) for level in range(levels)]
    x = inputs = layers.Input((latent_dim,))
    x = layers.Dense(grid[0] * grid[1] * 2 * widths[0], use_bias=False, kernel_initializer=small())(x)
    x = layers.Reshape((*grid, 2 * widths[0]))(x)
    x = _normalised(x)
    for wide in widths:
        x = _normalised(_doubled(x, wide, upsampling))
    x = layers.Conv2D(channels, 3, padding="same", activation="tanh", kernel_initializer=small())(x)
    over = (grid[0] * scale - height, grid[1] * scale - columns)
    if any(over):
        x = layers.Cropping2D(tuple((o // 2, o - o // 2) for o in over))(x)
    return keras.Model(inputs, x, name="generator")


def _doubled(x: Any, width: int, upsampling: str) -> Any:
    if upsampling == "transposed":
        transposed = layers.Conv2DTranspose(
            width, 4, strides=2, padding="same", use_bias=False, kernel_initializer=small()
        )
        return transposed(x)
    convolution = layers.Conv2D(width, 3, padding="same", use_bias=False, kernel_initializer=small())
    return convolution(layers.UpSampling2D()(x))


def small() -> keras.initializers.Initializer:
    """Initial weights as in the paper: N(0, 0.02)."""
    return keras.initializers.RandomNormal(stddev=0.02)


def _normalised(x: Any) -> Any:
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def _discriminator(image_shape: Sequence[int], width: int, normalised: bool, dropout: float) -> keras.Model:
    x = inputs = layers.Input(tuple(image_shape))
    for level in range(doublings(image_shape)):
        normalise = normalised and level > 0
        convolution = layers.Conv2D(
            width * 2**level, 4, strides=2, padding="same", use_bias=not normalise, kernel_initializer=small()
        )
        x = convolution(x)
        if normalise:
            x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.LeakyReLU(0.2)(x)
        if dropout:
            x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, layers.Dense(1)(layers.Flatten()(x)), name="discriminator")
