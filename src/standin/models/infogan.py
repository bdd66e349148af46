"""InfoGAN: a latent of noise and of codes that a recognition network reads back from the image (Chen et al. 2016).

The latent is [noise, one category of `categories` as one-hot, `continuous` codes uniform on [-1, 1]], all drawn at
random and never from labels. The recognition network Q shares the discriminator's layers but the last; both players
descend the error of its reading, minus a lower bound of the mutual information between codes and image (eq. 5):

    I(c; G(z, c)) >= H(c) - E[-log Q(c | x)]

with H = log(categories) for the category, and for the continuous codes log 2 each and a Gaussian Q of fixed standard
deviation `SPREAD`. The bound is logged in nats. What a category comes to mean nobody said: its agreement with classes
is measured afterwards.

By default the category is read from the image without its colour, so that it cannot mean a colour, which is left to the
continuous codes (`category_sees_colour: true` is the original). In the first epochs on coloured MNIST this made no
difference that could be measured: categories named 28% of validation rows with colour and 27.5% without.

Critic: Wasserstein with gradient penalty by default, so the shared layers have layer normalisation.
"""

import math
from collections.abc import Sequence
from typing import Any, ClassVar, Unpack

import keras
import numpy as np
from keras import layers, ops
from scipy.special import ndtr

from standin.errors import InputError
from standin.models import spectral
from standin.models.adversarial import Adversarial, Drawn, Game
from standin.models.dcgan import grow, normalised, shrink

SPREAD = 0.3
"""Standard deviation of Q for a continuous code."""


@keras.saving.register_keras_serializable("standin")
class InfoGAN(Adversarial):
    """Generator, discriminator and recognition network.

    Args:
        image_shape: (height, width, channels).
        noise_dim: width of the noise.
        categories: values of the categorical code.
        continuous: how many continuous codes.
        category_weight, continuous_weight: of the two bounds, for both players.
        category_sees_colour: whether the category is read from the image as it is, or from one without its colour.
        hidden: units of the fully connected layers, on both sides.
        width: channels of the grid at half of the image's side; the one at a quarter has twice as many. The layers are
            DCGAN's.
        game: see `standin.models.adversarial.Game`; without `latent_dim` and `latent`.

    Raises:
        InputError: if the latent is given, which follows from its three parts.
    """

    defaults: ClassVar[Game] = Game(
        loss="wasserstein",
        gradient_penalty=1.0,
        generator_learning_rate=1e-3,
        discriminator_learning_rate=9e-5,
    )
    further_logs: ClassVar[tuple[str, ...]] = ("information_category", "information_continuous")

    def __init__(
        self,
        image_shape: Sequence[int],
        seed: int = 0,
        noise_dim: int = 62,
        categories: int = 10,
        continuous: int = 3,
        category_weight: float = 1.0,
        continuous_weight: float = 0.1,
        category_sees_colour: bool = False,
        hidden: int = 1024,
        width: int = 64,
        **game: Unpack[Game],
    ) -> None:
        if given := sorted({"latent_dim", "latent"} & game.keys()):
            raise InputError(
                f"{given[0]} must not be given to InfoGAN: its latent is normal noise (noise_dim), a category of "
                f"categories, and uniform codes (continuous); got {dict(game)[given[0]]!r}"
            )
        game["latent_dim"] = noise_dim + categories + continuous
        super().__init__(image_shape, seed, **game)
        self.noise_dim, self.categories, self.continuous = noise_dim, categories, continuous
        self.category_weight, self.continuous_weight = category_weight, continuous_weight
        self.colourless = not category_sees_colour and self.image_shape[-1] > 1
        latent, images = layers.Input((self.latent_dim,)), layers.Input(self.image_shape)
        grid = shrink(images, width, batch_normalisation=False, dropout=0.0, spectrally=self.spectral)
        seen = layers.LayerNormalization()(spectral.dense(self.spectral, hidden)(layers.Flatten()(grid)))
        seen = layers.LeakyReLU(0.2)(seen)
        read = layers.LeakyReLU(0.2)(layers.Dense(128)(seen))
        start = normalised(layers.Dense(hidden, use_bias=False)(latent))
        made = grow(start, self.image_shape, width, "subpixel", normalised)
        outputs = [layers.Dense(1)(seen), layers.Dense(categories)(read), layers.Dense(continuous)(read)]
        self.play(
            keras.Model(latent, made, name="generator"),
            keras.Model(images, outputs, name="discriminator"),
            separate=False,
        )

    def further_discriminator_loss(
        self, drawn: Drawn, real_heads: list[Any], generated_heads: list[Any]
    ) -> tuple[Any, dict[str, Any]]:
        category, continuous = self.information(drawn, generated_heads)
        logs = {"information_category": category, "information_continuous": continuous}
        return -self.weighted(category, continuous), logs

    def further_generator_loss(self, drawn: Drawn, heads: list[Any]) -> Any:
        category, continuous = self.information(drawn, heads)
        return -self.weighted(category, continuous)

    def weighted(self, category: Any, continuous: Any) -> Any:
        return self.category_weight * category + self.continuous_weight * continuous

    def information(self, drawn: Drawn, heads: list[Any]) -> tuple[Any, Any]:
        """Lower bounds, in nats, of what the images say about the category and about all continuous codes."""
        logits, means = heads
        if self.colourless:
            logits = self.judged(without_colour(drawn.images), None)[1]
        category = drawn.latent[:, self.noise_dim : self.noise_dim + self.categories]
        codes = drawn.latent[:, self.noise_dim + self.categories :]
        log_category = ops.sum(category * ops.log_softmax(logits), axis=1)
        log_codes = -ops.square(codes - means) / (2 * SPREAD**2) - math.log(SPREAD * math.sqrt(2 * math.pi))
        return (
            math.log(self.categories) + ops.mean(log_category),
            self.continuous * math.log(2.0) + ops.mean(ops.sum(log_codes, axis=1)),
        )

    def training_latent(self, rows: int) -> Any:
        drawn = keras.random.randint((rows,), 0, self.categories, seed=self.random)
        return ops.concatenate(
            [
                keras.random.normal((rows, self.noise_dim), seed=self.random),
                ops.one_hot(drawn, self.categories),
                keras.random.uniform((rows, self.continuous), -1.0, 1.0, seed=self.random),
            ],
            axis=1,
        )

    def draw_latent(self, rng: np.random.Generator, n: int) -> np.ndarray:
        # One draw a row, so that a latent does not depend on how many follow; codes are its normal numbers' ranks.
        noise, rank = np.split(rng.standard_normal((n, self.noise_dim + 1 + self.continuous)), [self.noise_dim], axis=1)
        rank = ndtr(rank)
        category = np.minimum(rank[:, 0] * self.categories, self.categories - 1).astype(np.int64)
        return self.latents(noise, category, 2 * rank[:, 1:] - 1)

    def latents(self, noise: np.ndarray, category: np.ndarray, codes: np.ndarray) -> np.ndarray:
        """(n, noise_dim) noise, (n,) categories and (n, continuous) codes as latents."""
        return np.concatenate([noise, np.eye(self.categories)[category], codes], axis=1).astype(np.float32)

    def recognise(self, images: Any) -> tuple[Any, Any]:
        """Images in [-1, 1] -> probabilities of the categories, and the continuous codes."""
        _, logits, codes = self.judged(images, None, training=False)
        if self.colourless:
            logits = self.judged(without_colour(images), None, training=False)[1]
        return ops.softmax(logits), codes


def without_colour(images: Any) -> Any:
    """Images with every channel as bright as the brightest: strokes in white."""
    return ops.repeat(ops.max(images, axis=-1, keepdims=True), images.shape[-1], axis=-1)
