"""A GAN asked for real numbers, whose discriminator is not told them but has to read them from the image.

The generator is given the conditions, standardized by the train rows' means and deviations. The discriminator has two
heads on shared convolutions: real or generated, with minibatch discrimination; and the conditions. With
e(x) the squared error of its reading, the mean over rows and conditions, the discriminator descends

    game + weight * e(real)                             (`prediction: real`)
    game + weight * max(0, e(real) - e(generated))      (`prediction: relative`, as in the study of galaxies)

and the generator game + weight * e(generated), each with a weight of its own. `relative` stops learning to read real
images as soon as generated ones are read worse, and reaches that by reading these badly: on simulated galaxies both
errors rose above that of the mean (weight 1: 1.5 of real and 1.7 of generated images after five epochs of 1,400), so
that nothing was asked for any more.
The discriminator's game is the mean of both cross-entropies where the study has their sum: the study's weight is half
as much in the discriminator here, and the same in the generator.

The generator enlarges by nearest neighbor and convolves; its output is linear. Such layers draw smooth pictures, but
the sky of a survey is noise that differs from pixel to pixel, by which a discriminator tells them apart at once and
whatever they show (D(G(z)) was .02 after 100 epochs on simulated galaxies). With `pixel_noise` the last layer gives
each pixel a mean and a deviation, and a normal number a pixel, which is part of the latent, is scaled by it.
"""

import math
from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Unpack

import keras
import numpy as np
from keras import layers, ops
from scipy.special import ndtr

from standin.core.errors import InputError
from standin.models.adversarial import Adversarial, GANOptions, Generated
from standin.models.dcgan import cropped, dense_bn, normalized
from standin.models.layers import spectral
from standin.models.layers.minibatch_discrimination import MinibatchDiscrimination


@keras.saving.register_keras_serializable("standin")
class ConditionalPredictorGAN(Adversarial):
    """Convolutional generator and discriminator with a regression head.

    Args:
        image_shape: (height, width, channels).
        n_conditions: how many real numbers each row comes with.
        prediction: what the discriminator's reading descends, `relative` or `real`.
        discriminator_prediction_weight: of it.
        generator_prediction_weight: of what the discriminator reads from generated images.
        hidden: units of the generator's first layer.
        hidden_activation: of that layer; see `standin.models.dcgan.dense_bn`.
        generator_width: channels of the generator's start grid, a quarter of the image's side; half as many after the
            first enlargement.
        discriminator_width: channels at half of the side; twice as many at a quarter.
        minibatch_kernels: of minibatch discrimination; 0 leaves it out.
        minibatch_dimensions: of each kernel's space.
        pixel_noise: draw each pixel from a mean and a deviation, in place of its value.
        game: see `standin.models.adversarial.GANOptions`.
    """

    condition = "conditions"
    compares_rows_by = "minibatch_kernels"
    discriminator_conditioned = False
    defaults: ClassVar[GANOptions] = GANOptions(
        latent="uniform", generator_learning_rate=4e-4, discriminator_learning_rate=1e-4
    )
    further_logs = ("prediction_error_real", "prediction_error_generated")

    def __init__(
        self,
        image_shape: Sequence[int],
        n_conditions: int,
        seed: int = 0,
        prediction: Literal["relative", "real"] = "real",
        discriminator_prediction_weight: float = 5.0,
        generator_prediction_weight: float = 5.0,
        hidden: int = 1024,
        hidden_activation: Literal["tanh", "relu"] = "relu",
        generator_width: int = 128,
        discriminator_width: int = 64,
        minibatch_kernels: int = 128,
        minibatch_dimensions: int = 5,
        pixel_noise: bool = False,
        **game: Unpack[GANOptions],
    ) -> None:
        super().__init__(image_shape, seed, **game)
        if prediction not in ("relative", "real"):
            raise InputError(f"prediction must be 'relative' or 'real', got {prediction!r}")
        self.prediction = prediction
        self.discriminator_weight = discriminator_prediction_weight
        self.generator_weight = generator_prediction_weight
        self.standardize = layers.Normalization(name="standardize", dtype="float32")
        self.standardize.build((None, n_conditions))
        self.pixels = math.prod(self.image_shape) if pixel_noise else 0
        latent, conditions = layers.Input((self.latent_dim + self.pixels,)), layers.Input((n_conditions,))
        start = layers.Concatenate()([latent[:, : self.latent_dim], self.standardize(conditions)])
        images = layers.Input(self.image_shape)
        seen = _shrunk(images, discriminator_width, self.spectral)
        judged = seen
        if minibatch_kernels:  # small sums beside ones, which 16 bits would swallow
            judged = MinibatchDiscrimination(minibatch_kernels, minibatch_dimensions, dtype="float32")(seen)
        outputs = [spectral.dense(self.spectral, 1)(judged), layers.Dense(n_conditions)(seen)]
        if pixel_noise:
            height, width, channels = self.image_shape
            grown = _grown(start, (height, width, 2 * channels), hidden, hidden_activation, generator_width)
            noise = layers.Reshape(self.image_shape)(latent[:, self.latent_dim :])
            made = grown[..., :channels] + 0.1 * ops.exp(grown[..., channels:]) * noise
        else:
            made = _grown(start, self.image_shape, hidden, hidden_activation, generator_width)
        self.set_networks(
            keras.Model([latent, conditions], made, name="generator"),
            keras.Model(images, outputs, name="discriminator"),
        )

    def adapt(self, images: np.ndarray, condition: np.ndarray | None) -> None:
        """Means and deviations of the train rows' conditions."""
        assert condition is not None
        self.standardize.adapt(np.asarray(condition, np.float32))

    def further_discriminator_loss(
        self, drawn: Generated, real_heads: list[Any], generated_heads: list[Any]
    ) -> tuple[Any, dict[str, Any]]:
        real, generated = self.error(real_heads, drawn.condition), self.error(generated_heads, drawn.condition)
        own = ops.relu(real - generated) if self.prediction == "relative" else real
        logs = {"prediction_error_real": real, "prediction_error_generated": generated}
        return self.discriminator_weight * own, logs

    def further_generator_loss(self, drawn: Generated, heads: list[Any]) -> Any:
        return self.generator_weight * self.error(heads, drawn.condition)

    def training_latent(self, rows: int) -> Any:
        latent = super().training_latent(rows)
        noise = keras.random.normal((rows, self.pixels), seed=self.random)
        return ops.concatenate([latent, noise], axis=1) if self.pixels else latent

    def draw_latent(self, rng: np.random.Generator, n: int) -> np.ndarray:
        if not self.pixels:
            return super().draw_latent(rng, n)
        # One draw a row, so that a latent does not depend on how many follow.
        drawn = rng.standard_normal((n, self.latent_dim + self.pixels), dtype=np.float32)
        if self.game["latent"] == "uniform":
            drawn[:, : self.latent_dim] = 2 * ndtr(drawn[:, : self.latent_dim]) - 1
        return drawn

    def generate(self, latent: Any, condition: Any | None = None) -> Any:
        return ops.clip(super().generate(latent, condition), -1.0, 1.0)

    def error(self, heads: list[Any], condition: Any) -> Any:
        """Mean squared error of the read conditions, standardized."""
        return ops.mean(ops.square(heads[0] - self.standardize(condition)))


def _grown(x: Any, image_shape: Sequence[int], hidden: int, activation: str, width: int) -> Any:
    """(n, features) -> images."""
    height, columns, channels = image_shape
    grid = (-(-height // 4), -(-columns // 4))
    x = normalized(layers.Dense(grid[0] * grid[1] * width, use_bias=False)(dense_bn(x, hidden, activation)))
    x = layers.UpSampling2D()(layers.Reshape((*grid, width))(x))
    x = layers.ReLU()(layers.Conv2D(width // 2, 3, padding="same")(x))
    x = layers.Conv2D(channels, 3, padding="same")(layers.UpSampling2D()(x))
    return cropped(x, image_shape)


def _shrunk(x: Any, width: int, spectrally: bool) -> Any:
    """Images -> (n, features)."""
    for wide in (width, 2 * width):
        x = layers.LeakyReLU(0.2)(spectral.convolution(spectrally, wide, 4, strides=2, padding="same")(x))
    return layers.Flatten()(x)
