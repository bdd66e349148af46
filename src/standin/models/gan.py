"""GAN with fully connected networks (Goodfellow et al. 2014).

The defaults are the widely taught MNIST network: generator 100-256-512-1024-784 (1,486,352 parameters), discriminator
784-1024-512-256-1 with dropout .3 (1,460,225), leaky ReLU .2, Adam 2e-4 with beta1 .5, real targets smoothed to .9.
"""

from collections.abc import Sequence
from typing import Literal

import keras
import numpy as np
from keras import layers

from standin.errors import InputError
from standin.models.adversarial import Adversarial


@keras.saving.register_keras_serializable("standin")
class GAN(Adversarial):
    """Fully connected generator and discriminator.

    Args:
        image_shape: (height, width, channels).
        latent_dim: width of the latent.
        latent: its distribution, `normal` or `uniform` on [-1, 1].
        generator_widths: hidden layers, from the latent on.
        discriminator_widths: hidden layers, from the image on.
        output: the generator's last activation, `sigmoid` (networks then work on [0, 1]) or `tanh` ([-1, 1]).
        generator_dropout, discriminator_dropout: share of units dropped after each hidden layer, in training only.
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
        generator_widths: Sequence[int] = (256, 512, 1024),
        discriminator_widths: Sequence[int] = (1024, 512, 256),
        output: Literal["sigmoid", "tanh"] = "sigmoid",
        generator_dropout: float = 0.0,
        discriminator_dropout: float = 0.3,
        loss: Literal["non_saturating", "hinge"] = "non_saturating",
        real_target: float = 0.9,
        generator_learning_rate: float = 2e-4,
        discriminator_learning_rate: float = 2e-4,
        beta_1: float = 0.5,
        moving_average: float | None = None,
    ) -> None:
        super().__init__(image_shape, seed)
        if output not in ("sigmoid", "tanh"):
            raise InputError(f"output must be 'sigmoid' or 'tanh', got {output!r}")
        pixels = int(np.prod(self.image_shape))
        generator = keras.Sequential([layers.Input((latent_dim,))], name="generator")
        _add_hidden(generator, generator_widths, generator_dropout)
        generator.add(layers.Dense(pixels, activation=output))
        discriminator = keras.Sequential([layers.Input(self.image_shape)], name="discriminator")
        discriminator.add(layers.Flatten())
        if output == "sigmoid":
            generator.add(layers.Rescaling(2.0, offset=-1.0))
            discriminator.add(layers.Rescaling(0.5, offset=0.5))
        generator.add(layers.Reshape(self.image_shape))
        _add_hidden(discriminator, discriminator_widths, discriminator_dropout)
        discriminator.add(layers.Dense(1))
        self.play(
            generator,
            discriminator,
            latent_dim=latent_dim,
            latent=latent,
            loss=loss,
            separate=False,
            real_target=real_target,
            generator_learning_rate=generator_learning_rate,
            discriminator_learning_rate=discriminator_learning_rate,
            beta_1=beta_1,
            moving_average=moving_average,
        )


def _add_hidden(network: keras.Sequential, widths: Sequence[int], dropout: float) -> None:
    for width in widths:
        network.add(layers.Dense(width))
        network.add(layers.LeakyReLU(0.2))
        if dropout:
            network.add(layers.Dropout(dropout))
