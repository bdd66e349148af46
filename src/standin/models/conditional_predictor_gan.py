"""A GAN conditioned on real numbers, which the discriminator predicts from the image.

The generator receives the conditions, standardized with the statistics of the training images. The discriminator has
two heads on shared convolutions: the adversarial logit, with minibatch discrimination, and the predicted conditions.
With the mean squared prediction error e, the discriminator minimizes

    adversarial loss + weight * e(real)                             (`prediction: real`)
    adversarial loss + weight * max(0, e(real) - e(generated))      (`prediction: relative`, as in the galaxy study)

and the generator adversarial loss + weight * e(generated), with separate weights. `relative` stops learning to predict
real images as soon as predictions of generated ones are worse, which the discriminator achieves by predicting these
badly: on simulated galaxies both errors rose above that of predicting the mean (weight 1: 1.5 on real and 1.7 on
generated images after five epochs of 1,400), so that the conditions no longer had an effect. The discriminator's
adversarial loss is the mean of both cross-entropies, the study's is their sum: the study's weight corresponds to half
of it in the discriminator here, and to the same in the generator.

The generator upsamples by nearest neighbor and convolves; its output is linear. Such layers produce smooth images, but
the sky of a survey is noise that differs from pixel to pixel, so that a discriminator recognizes generated images
easily (D(G(z)) was .02 after 100 epochs on simulated galaxies). With `pixel_noise` the last layer outputs a mean and a
standard deviation for each pixel; the deviation scales a normal number per pixel, which is part of the latent.
"""

import math
from collections.abc import Sequence
from typing import Any, ClassVar, Literal, Unpack

import keras
import numpy as np
from keras import layers, ops
from scipy.special import ndtr

from standin.models.adversarial import Adversarial, GANOptions, Generated, check_choice
from standin.models.dcgan import cropped, dense_bn, normalized
from standin.models.layers import spectral
from standin.models.layers.minibatch_discrimination import MinibatchDiscrimination


@keras.saving.register_keras_serializable("standin")
class ConditionalPredictorGAN(Adversarial):
    """Convolutional generator and discriminator with a regression head.

    Args:
        prediction: the loss of the discriminator's predictions, `relative` or `real`.
        discriminator_prediction_weight, generator_prediction_weight: of the prediction losses.
        hidden, hidden_activation: of the generator's first layer; see `standin.models.dcgan.dense_bn`.
        generator_width: channels of the generator's first grid, a quarter of the image's side; half as many after the
            first upsampling.
        discriminator_width: channels at half of the side; twice as many at a quarter.
        minibatch_kernels, minibatch_dimensions: of minibatch discrimination; 0 kernels: none.
        pixel_noise: whether pixels are sampled with a learned mean and standard deviation.
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
        check_choice("prediction", prediction, ("relative", "real"))
        self.prediction = prediction
        self.discriminator_weight = discriminator_prediction_weight
        self.generator_weight = generator_prediction_weight
        self.standardize = layers.Normalization(name="standardize", dtype="float32")
        self.standardize.build((None, n_conditions))
        self.pixels = math.prod(self.image_shape) if pixel_noise else 0
        latent, conditions = layers.Input((self.latent_dim + self.pixels,)), layers.Input((n_conditions,))
        start = layers.Concatenate()([latent[:, : self.latent_dim], self.standardize(conditions)])
        images = layers.Input(self.image_shape)
        features = _downsampled(images, discriminator_width, self.spectral)
        compared = features
        if minibatch_kernels:  # 16 bits would lose small sums next to ones
            compared = MinibatchDiscrimination(minibatch_kernels, minibatch_dimensions, dtype="float32")(features)
        outputs = [spectral.dense(self.spectral, 1)(compared), layers.Dense(n_conditions)(features)]
        if pixel_noise:
            height, width, channels = self.image_shape
            statistics = _upsampled(start, (height, width, 2 * channels), hidden, hidden_activation, generator_width)
            noise = layers.Reshape(self.image_shape)(latent[:, self.latent_dim :])
            generated = statistics[..., :channels] + 0.1 * ops.exp(statistics[..., channels:]) * noise
        else:
            generated = _upsampled(start, self.image_shape, hidden, hidden_activation, generator_width)
        self.set_networks(
            keras.Model([latent, conditions], generated, name="generator"),
            keras.Model(images, outputs, name="discriminator"),
        )

    def adapt(self, images: np.ndarray, condition: np.ndarray | None) -> None:
        """Sets means and standard deviations of the conditions."""
        assert condition is not None
        self.standardize.adapt(np.asarray(condition, np.float32))

    def further_discriminator_loss(
        self, generated: Generated, real_heads: list[Any], generated_heads: list[Any]
    ) -> tuple[Any, dict[str, Any]]:
        on_real = self.error(real_heads, generated.condition)
        on_generated = self.error(generated_heads, generated.condition)
        loss = ops.relu(on_real - on_generated) if self.prediction == "relative" else on_real
        logs = {"prediction_error_real": on_real, "prediction_error_generated": on_generated}
        return self.discriminator_weight * loss, logs

    def further_generator_loss(self, generated: Generated, heads: list[Any]) -> Any:
        return self.generator_weight * self.error(heads, generated.condition)

    def training_latent(self, n: int) -> Any:
        latent = super().training_latent(n)
        noise = keras.random.normal((n, self.pixels), seed=self.random)
        return ops.concatenate([latent, noise], axis=1) if self.pixels else latent

    def draw_latent(self, rng: np.random.Generator, n: int) -> np.ndarray:
        if not self.pixels:
            return super().draw_latent(rng, n)
        # One call, so that a latent does not depend on the number of latents after it.
        latent = rng.standard_normal((n, self.latent_dim + self.pixels), dtype=np.float32)
        if self.game["latent"] == "uniform":
            latent[:, : self.latent_dim] = 2 * ndtr(latent[:, : self.latent_dim]) - 1
        return latent

    def generate(self, latent: Any, condition: Any | None = None) -> Any:
        return ops.clip(super().generate(latent, condition), -1.0, 1.0)

    def error(self, heads: list[Any], condition: Any) -> Any:
        """Mean squared error of the predicted conditions, standardized."""
        return ops.mean(ops.square(heads[0] - self.standardize(condition)))


def _upsampled(x: Any, image_shape: Sequence[int], hidden: int, activation: str, width: int) -> Any:
    """(n, features) -> images."""
    height, columns, channels = image_shape
    grid = (-(-height // 4), -(-columns // 4))
    x = normalized(layers.Dense(grid[0] * grid[1] * width, use_bias=False)(dense_bn(x, hidden, activation)))
    x = layers.UpSampling2D()(layers.Reshape((*grid, width))(x))
    x = layers.ReLU()(layers.Conv2D(width // 2, 3, padding="same")(x))
    x = layers.Conv2D(channels, 3, padding="same")(layers.UpSampling2D()(x))
    return cropped(x, image_shape)


def _downsampled(x: Any, width: int, spectrally: bool) -> Any:
    """Images -> (n, features)."""
    for wide in (width, 2 * width):
        x = layers.LeakyReLU(0.2)(spectral.convolution(spectrally, wide, 4, strides=2, padding="same")(x))
    return layers.Flatten()(x)
