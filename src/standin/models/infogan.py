"""InfoGAN: a latent of noise and of codes that a recognition network reads back from the image (Chen et al. 2016).

The latent is [noise, one category of `categories` as one-hot, `continuous` codes uniform on [-1, 1]], all drawn at
random and never from labels. The recognition network Q shares the discriminator's layers but the last; both players
descend the error of its reading, minus a lower bound of the mutual information between codes and image (eq. 5):

    I(c; G(z, c)) >= H(c) - E[-log Q(c | x)]

with H = log(categories) for the category, and for the continuous codes log 2 each and a Gaussian Q of fixed standard
deviation `SPREAD`. The bound is logged in nats. What a category comes to mean nobody said: its agreement with classes
is measured afterwards.

Left to itself, the category first comes to mean whatever tells images apart most cheaply (a colour, how thick strokes
are), and in the minutes a CPU has it gets no further: on coloured MNIST it named 35% of validation rows after 2,100
steps. `invariance_weight` therefore asks the recognition network for something of real images as well: that it calls
two deformed, colourless copies of one image the same, and all categories equally often (invariant information
clustering, Ji et al. 2019). What is left to mean is what is written; colour, slant and width are left to the continuous
codes. As in that paper, several readings of the category are learned side by side, since one alone may settle with two
classes in a category, and a finer category beside them; the reading that agrees best with itself, by a running mean, is
the one that counts. No label is read for any of this. 0 leaves it all out, as in the paper. Known fault: after it the
generator draws all images of one category alike; layers that were made blind to variety may not ask for any.

The order matters. With the game and this together from the first step, the readings stayed alike and named 74% to 83%
of the classes after 2,500 to 5,000 steps (three settings of the weights, one seed each); with this alone they named 93%
after 1,300 steps, and the game that began later kept it. `invariance_first` is the number of steps alone; the choice
of the reading is fixed with them, since another would rename every category under the generator. Until then the game's
losses count nothing and its logs are 0.

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
from standin.models.deformation import deformed, white_strokes
from standin.models.late_start import LateStart
from standin.models.losses import shared_information
from standin.training import Batch

SPREAD = 0.3
"""Standard deviation of Q for a continuous code."""
READINGS, FINER = 5, 5
"""With invariance: readings of the category side by side, and finer categories for each category."""
MEMORY = 0.99
"""Decay of the running means by which a reading is chosen."""


@keras.saving.register_keras_serializable("standin")
class InfoGAN(Adversarial):
    """Generator, discriminator and recognition network.

    Args:
        image_shape: (height, width, channels).
        noise_dim: width of the noise.
        categories: values of the categorical code.
        continuous: how many continuous codes.
        category_weight, continuous_weight: of the two bounds, for both players.
        invariance_weight: of what the category is to say alike of two deformed copies of a real image; 0 leaves it out,
            and the category is then read from the image with its colour.
        invariance_first: with invariance, steps in which nothing else is learned and the reading that counts is chosen;
            the game begins after them.
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
    further_logs: tuple[str, ...] = ("information_category", "information_continuous")

    def __init__(
        self,
        image_shape: Sequence[int],
        seed: int = 0,
        noise_dim: int = 62,
        categories: int = 10,
        continuous: int = 3,
        category_weight: float = 1.0,
        continuous_weight: float = 0.1,
        invariance_weight: float = 0.0,
        invariance_first: int = 3000,
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
        self.invariance_weight = invariance_weight
        self.invariance_first = invariance_first if invariance_weight else 0
        self.played = self.add_weight(shape=(), dtype="int32", initializer="zeros", trainable=False, name="played")
        self.readings = READINGS if invariance_weight else 1
        self.agreement = self.add_weight(shape=(self.readings,), initializer="zeros", trainable=False, name="agreement")
        latent, images = layers.Input((self.latent_dim,)), layers.Input(self.image_shape)
        grid = shrink(images, width, batch_normalisation=False, dropout=0.0, spectrally=self.spectral)
        seen = layers.LayerNormalization()(spectral.dense(self.spectral, hidden)(layers.Flatten()(grid)))
        seen = layers.LeakyReLU(0.2)(seen)
        read = layers.LeakyReLU(0.2)(layers.Dense(128)(seen))
        start = normalised(layers.Dense(hidden, use_bias=False)(latent))
        made = grow(start, self.image_shape, width, "subpixel", normalised)
        category = layers.Reshape((self.readings, categories))(layers.Dense(self.readings * categories)(read))
        outputs = [layers.Dense(1)(seen), category, layers.Dense(continuous)(read)]
        if invariance_weight:
            outputs.append(layers.Dense(FINER * categories)(read))
            self.further_logs = (*self.further_logs, "information_shared")
        self.play(
            keras.Model(latent, made, name="generator"),
            keras.Model(images, outputs, name="discriminator"),
            separate=False,
        )

    def discriminator_loss(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """The game's, from step `invariance_first` on, and what the category is to say alike of deformed copies."""
        loss, logs = super().discriminator_loss(batch)
        if not self.invariance_weight:
            return loss, logs
        self.played.assign(self.played + 1)
        begun = self.begun()
        shared, finer = self.shared(batch["images"])
        remembered = MEMORY * self.agreement + (1 - MEMORY) * shared
        self.agreement.assign(begun * self.agreement + (1 - begun) * remembered)
        gained = self.invariance_weight * (ops.mean(shared) + finer)
        logs = {name: begun * value for name, value in logs.items()}
        chosen = ops.take(shared, ops.argmax(self.agreement))
        return begun * loss - gained, {**logs, "information_shared": chosen}

    def generator_loss(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        loss, logs = super().generator_loss(batch)
        return (self.begun() * loss if self.invariance_weight else loss), logs

    def rate(self, learning_rate: float) -> Any:
        if not self.invariance_first:
            return learning_rate
        return LateStart(learning_rate, self.invariance_first, self.game["beta_1"], self.game["beta_2"])

    def begun(self) -> Any:
        """1 once the game has begun, else 0."""
        return ops.cast(self.played > self.invariance_first, "float32")

    def further_discriminator_loss(
        self, drawn: Drawn, real_heads: list[Any], generated_heads: list[Any]
    ) -> tuple[Any, dict[str, Any]]:
        category, continuous = self.information(drawn, generated_heads)
        logs = {"information_category": category, "information_continuous": continuous}
        return -self.weighted(category, continuous), logs

    def further_generator_loss(self, drawn: Drawn, heads: list[Any]) -> Any:
        return -self.weighted(*self.information(drawn, heads))

    def weighted(self, category: Any, continuous: Any) -> Any:
        return self.category_weight * category + self.continuous_weight * continuous

    def information(self, drawn: Drawn, heads: list[Any]) -> tuple[Any, Any]:
        """Lower bounds, in nats, of what the images say about the category and about all continuous codes."""
        logits = self.category_logits(drawn.images, heads[0], training=True)
        category = drawn.latent[:, self.noise_dim : self.noise_dim + self.categories]
        codes = drawn.latent[:, self.noise_dim + self.categories :]
        log_category = ops.sum(category * ops.log_softmax(logits), axis=1)
        log_codes = -ops.square(codes - heads[1]) / (2 * SPREAD**2) - math.log(SPREAD * math.sqrt(2 * math.pi))
        return (
            math.log(self.categories) + ops.mean(log_category),
            self.continuous * math.log(2.0) + ops.mean(ops.sum(log_codes, axis=1)),
        )

    def category_logits(self, images: Any, with_colour: Any, training: bool) -> Any:
        """(n, categories), of the reading that counts: from images as they are, or from their strokes in white."""
        if not self.invariance_weight:
            return with_colour[:, 0]
        logits = self.judged(white_strokes(images), None, training)[1]
        return ops.take(logits, ops.argmax(self.agreement), axis=1)

    def shared(self, images: Any) -> tuple[Any, Any]:
        """What deformed copies of an image say alike, in nats: (readings,) by the category, and by the finer one."""
        strokes = white_strokes(images)
        _, category, _, finer = self.judged(deformed(ops.concatenate([strokes, strokes]), self.random), None)
        first, second = ops.split(ops.softmax(category), 2)
        return shared_information(first, second), shared_information(*ops.split(ops.softmax(finer), 2))

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
        _, category, codes, *_ = self.judged(images, None, training=False)
        return ops.softmax(self.category_logits(images, category, training=False)), codes
