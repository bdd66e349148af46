"""GAN with fully connected networks (Goodfellow et al. 2014).

The defaults are the widely taught MNIST network: generator 100-256-512-1024-784 (1,486,352 parameters), discriminator
784-1024-512-256-1 with dropout .3 (1,460,225), leaky ReLU .2, Adam 2e-4 with beta1 .5, real targets smoothed to .9.
"""

from collections.abc import Sequence
from typing import Literal, Unpack

import keras
import numpy as np
from keras import layers

from standin.models.adversarial import Adversarial, GANOptions, check_choice
from standin.models.layers import spectral


@keras.saving.register_keras_serializable("standin")
class GAN(Adversarial):
    """Fully connected generator and discriminator.

    Args:
        generator_widths, discriminator_widths: units of the hidden layers.
        output: the generator's last activation, `sigmoid` (networks then use [0, 1]) or `tanh` ([-1, 1]).
        generator_dropout, discriminator_dropout: proportion of units dropped after each hidden layer, in training only.
        game: see `standin.models.adversarial.GANOptions`.
    """

    defaults = GANOptions(real_target=0.9)

    def __init__(
        self,
        image_shape: Sequence[int],
        seed: int = 0,
        generator_widths: Sequence[int] = (256, 512, 1024),
        discriminator_widths: Sequence[int] = (1024, 512, 256),
        output: Literal["sigmoid", "tanh"] = "sigmoid",
        generator_dropout: float = 0.0,
        discriminator_dropout: float = 0.3,
        **game: Unpack[GANOptions],
    ) -> None:
        super().__init__(image_shape, seed, **game)
        check_choice("output", output, ("sigmoid", "tanh"))
        generator = keras.Sequential([layers.Input((self.latent_dim,))], name="generator")
        _add_hidden(generator, generator_widths, generator_dropout)
        generator.add(layers.Dense(int(np.prod(self.image_shape)), activation=output))
        discriminator = keras.Sequential([layers.Input(self.image_shape)], name="discriminator")
        discriminator.add(layers.Flatten())
        if output == "sigmoid":
            generator.add(layers.Rescaling(2.0, offset=-1.0))
            discriminator.add(layers.Rescaling(0.5, offset=0.5))
        generator.add(layers.Reshape(self.image_shape))
        _add_hidden(discriminator, discriminator_widths, discriminator_dropout, self.spectral)
        discriminator.add(spectral.dense(self.spectral, 1))
        self.set_networks(generator, discriminator)


def _add_hidden(network: keras.Sequential, widths: Sequence[int], dropout: float, normalized: bool = False) -> None:
    for width in widths:
        network.add(spectral.dense(normalized, width))
        network.add(layers.LeakyReLU(0.2))
        if dropout:
            network.add(layers.Dropout(dropout))
