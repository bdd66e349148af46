"""InfoGAN: a latent of noise and of codes that a recognition network reads back from the image (Chen et al. 2016).

The latent is [noise, one category of `categories` as one-hot, `continuous` codes uniform on [-1, 1]], all drawn at
random and never from labels. The recognition network Q shares the discriminator's layers but the last; both players
descend the error of its reading, minus a lower bound of the mutual information between codes and image (eq. 5):

    I(c; G(z, c)) >= H(c) - E[-log Q(c | x)]

with H = log(categories) for the category, and for the continuous codes log 2 each and a Gaussian Q of fixed standard
deviation `SPREAD`. The bound is logged in nats. What a category comes to mean nobody said: its agreement with classes
is measured afterwards.

Left to itself, the category first comes to mean whatever tells images apart most cheaply (a color, how thick strokes
are), and in the minutes a CPU has it gets no further: on colored MNIST it named 27% of validation rows after 2,500
steps. With `invariant_category`, the category is therefore read by a network of its own (`category_reader.py`), a third
player, which learns from deformed copies of real images what a category is to mean; color, slant and width are left to
the continuous codes. The generator is asked for a category from step `category_from` on, when that network has
settled. False is the paper's: the category is read by the discriminator's layers.

Critic: Wasserstein with gradient penalty by default, so the shared layers have layer normalization.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, Unpack

import keras
import numpy as np
from keras import layers, ops
from scipy.special import ndtr

from standin.core.errors import InputError
from standin.models.adversarial import Adversarial, GANOptions, Generated
from standin.models.category_reader import CategoryReader
from standin.models.dcgan import dense_bn, downsample_stack, normalized, upsample_stack
from standin.models.layers import spectral
from standin.training import Player, adam

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
        invariant_category: whether a network of its own reads the category, so that it says what deformed copies of an
            image have in common; else the discriminator's layers read it, with the color.
        category_from: with an invariant category, the step from which the generator is asked for it.
        reader_learning_rate: of that network, by Adam.
        hidden: units of the fully connected layers, on both sides.
        hidden_activation: of the generator's fully connected layer; see `standin.models.dcgan.dense_bn`.
        width: channels of the grid at half of the image's side; the one at a quarter has twice as many. The layers are
            DCGAN's.
        upsampling, downsampling: as in DCGAN.
        game: see `standin.models.adversarial.GANOptions`; without `latent_dim` and `latent`.

    Raises:
        InputError: if the latent is given, which follows from its three parts, or there are fewer than two continuous
            codes.
    """

    defaults: ClassVar[GANOptions] = GANOptions(
        loss="wasserstein",
        gradient_penalty=1.0,
        generator_learning_rate=1e-3,
        discriminator_learning_rate=9e-5,
    )
    further_logs: ClassVar[tuple[str, ...]] = ("information_category", "information_continuous")

    @classmethod
    def option_defaults(cls) -> dict[str, Any]:
        chosen = ("latent", "latent_dim")  # they follow from the parts of the latent
        return {name: value for name, value in super().option_defaults().items() if name not in chosen}

    def __init__(
        self,
        image_shape: Sequence[int],
        seed: int = 0,
        noise_dim: int = 62,
        categories: int = 10,
        continuous: int = 3,
        category_weight: float = 1.0,
        continuous_weight: float = 0.1,
        invariant_category: bool = False,
        category_from: int = 2000,
        reader_learning_rate: float = 1e-3,
        hidden: int = 1024,
        hidden_activation: Literal["tanh", "relu"] = "tanh",
        width: int = 64,
        upsampling: Literal["subpixel", "transposed", "resize"] = "subpixel",
        downsampling: Literal["subpixel", "strided"] = "subpixel",
        **game: Unpack[GANOptions],
    ) -> None:
        game["latent_dim"] = noise_dim + categories + continuous
        super().__init__(image_shape, seed, **game)
        self.noise_dim, self.categories, self.continuous = noise_dim, categories, continuous
        self.category_weight, self.continuous_weight = category_weight, continuous_weight
        latent, images = layers.Input((self.latent_dim,)), layers.Input(self.image_shape)
        grid = downsample_stack(
            images, width, batch_normalization=False, dropout=0.0, spectrally=self.spectral, downsampling=downsampling
        )
        seen = layers.LayerNormalization()(spectral.dense(self.spectral, hidden)(layers.Flatten()(grid)))
        seen = layers.LeakyReLU(0.2)(seen)
        read = layers.LeakyReLU(0.2)(layers.Dense(128)(seen))
        start = dense_bn(latent, hidden, hidden_activation)
        # By sub-pixels the grid at half of the side is the last; otherwise one more has its full side, half as wide.
        last = width if upsampling == "subpixel" else width // 2
        made = upsample_stack(start, self.image_shape, last, upsampling, normalized)
        outputs = [spectral.dense(self.spectral, 1)(seen), layers.Dense(continuous)(read)]
        self.reader, others = None, []
        if invariant_category:
            self.reader = CategoryReader(self.image_shape, categories, width, hidden, category_from, self.random)
            reading = adam(reader_learning_rate, self.game["beta_1"], self.game["beta_2"])
            others = [
                Player(
                    name="reader",
                    variables=self.reader.trainable_variables,
                    loss=self.reader.learn,
                    optimizer=reading,
                    logs=("information_shared",),
                )
            ]
        else:
            outputs.append(layers.Dense(categories)(read))
        self.set_networks(
            keras.Model(latent, made, name="generator"),
            keras.Model(images, outputs, name="discriminator"),
            others=others,
        )

    @classmethod
    def check_options(cls, arguments: Mapping[str, Any]) -> None:
        if given := sorted({"latent_dim", "latent"} & arguments.keys()):
            raise InputError(
                f"{given[0]} must not be given to InfoGAN: its latent is normal noise (noise_dim), a category of "
                f"categories, and uniform codes (continuous); got {arguments[given[0]]!r}"
            )
        if arguments.get("continuous", 2) < 2:
            raise InputError(
                f"continuous must be at least 2, since traversals show codes in pairs, got {arguments['continuous']}"
            )
        super().check_options(arguments)

    def further_discriminator_loss(
        self, drawn: Generated, real_heads: list[Any], generated_heads: list[Any]
    ) -> tuple[Any, dict[str, Any]]:
        category, continuous = self.information(drawn, generated_heads)
        # A network of its own reads the category: nothing of it is the discriminator's to descend.
        own = category if self.reader is None else 0.0
        logs = {"information_category": category, "information_continuous": continuous}
        return -(self.category_weight * own + self.continuous_weight * continuous), logs

    def further_generator_loss(self, drawn: Generated, heads: list[Any]) -> Any:
        category, continuous = self.information(drawn, heads)
        return -(self.category_weight * category + self.continuous_weight * continuous)

    def information(self, drawn: Generated, heads: list[Any]) -> tuple[Any, Any]:
        """Lower bounds, in nats, of what the images say about the category and about all continuous codes.

        The category's is 0, and nobody descends it, until its reader has chosen a reading.
        """
        category = drawn.latent[:, self.noise_dim : self.noise_dim + self.categories]
        codes = drawn.latent[:, self.noise_dim + self.categories :]
        log_category = ops.sum(category * ops.log_softmax(self.category_logits(drawn.images, heads)), axis=1)
        log_codes = -ops.square(codes - heads[0]) / (2 * SPREAD**2) - math.log(SPREAD * math.sqrt(2 * math.pi))
        asked = 1.0 if self.reader is None else self.reader.decided()
        return (
            asked * (math.log(self.categories) + ops.mean(log_category)),
            self.continuous * math.log(2.0) + ops.mean(ops.sum(log_codes, axis=1)),
        )

    def category_logits(self, images: Any, heads: list[Any]) -> Any:
        """(n, categories), from the images by the network that learned it, or what the discriminator's layers said."""
        return heads[1] if self.reader is None else self.reader(images)

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

    def recognize(self, images: Any) -> tuple[Any, Any]:
        """Images in [-1, 1] -> probabilities of the categories, and the continuous codes."""
        _, *heads = self.judged(images, None, training=False)
        return ops.softmax(self.category_logits(images, heads)), heads[0]
