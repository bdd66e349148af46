"""InfoGAN: a latent of noise and of codes that a recognition network predicts from the image (Chen et al. 2016).

The latent is [noise, one-hot category, `continuous` codes uniform on [-1, 1]], independent of labels. The recognition
network Q shares all layers of the discriminator except the last; both players maximize a lower bound of the mutual
information between codes and image (eq. 5), logged in nats:

    I(c; G(z, c)) >= H(c) - E[-log Q(c | x)]

with H = log(categories) for the category, and for each continuous code log 2 and a Gaussian Q of fixed standard
deviation `SPREAD`. The agreement of categories with classes is measured after training.

Without further constraint the category represents whatever separates images most easily (a color, the width of
strokes) throughout the minutes of training on a CPU: on colored MNIST it predicted the class of 27% of validation
images after 2,500 steps. With `invariant_category`, a separate recognition network (`category_reader.py`), a third
player, learns categories from deformed copies of real images; color, slant and width remain for the continuous codes.
The generator learns the category from step `category_from` on, when that network has converged. With False, as in the
paper, the discriminator's layers predict the category.

The default loss is Wasserstein with gradient penalty, so the shared layers have layer normalization.
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
        noise_dim: width of the noise.
        categories, continuous: number of categories, and of continuous codes (at least 2).
        category_weight, continuous_weight: of the two bounds, for both players.
        invariant_category: whether a separate network predicts the category from what deformed copies of an image have
            in common; otherwise the discriminator's layers predict it, also from color.
        category_from: with an invariant category, the step from which the generator learns it.
        reader_learning_rate: of that network's Adam.
        hidden: units of the fully connected layers of both networks.
        hidden_activation: of the generator's fully connected layer; see `standin.models.dcgan.dense_bn`.
        width: channels of the grid at half of the image's side; the one at a quarter has twice as many.
        upsampling, downsampling: as in DCGAN.
        game: see `standin.models.adversarial.GANOptions`; without `latent_dim` and `latent`, which follow.
    """

    capabilities = frozenset({"codes"})
    defaults: ClassVar[GANOptions] = GANOptions(
        loss="wasserstein", gradient_penalty=1.0, generator_learning_rate=1e-3, discriminator_learning_rate=9e-5
    )
    further_logs: ClassVar[tuple[str, ...]] = ("information_category", "information_continuous")

    @classmethod
    def option_defaults(cls) -> dict[str, Any]:
        return {k: v for k, v in super().option_defaults().items() if k not in ("latent", "latent_dim")}

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
        features = layers.LayerNormalization()(spectral.dense(self.spectral, hidden)(layers.Flatten()(grid)))
        features = layers.LeakyReLU(0.2)(features)
        recognition = layers.LeakyReLU(0.2)(layers.Dense(128)(features))
        start = dense_bn(latent, hidden, hidden_activation)
        # With sub-pixels the grid at half of the side is the last; otherwise the last has the full side, half as wide.
        last = width if upsampling == "subpixel" else width // 2
        generated = upsample_stack(start, self.image_shape, last, upsampling, normalized)
        outputs = [spectral.dense(self.spectral, 1)(features), layers.Dense(continuous)(recognition)]
        self.reader, others = None, []
        if invariant_category:
            self.reader = CategoryReader(self.image_shape, categories, width, hidden, category_from, self.random)
            optimizer = adam(reader_learning_rate, self.game["beta_1"], self.game["beta_2"])
            variables, logs = self.reader.trainable_variables, ("information_shared",)
            others = [Player("reader", variables, self.reader.learn, optimizer, logs)]
        else:
            outputs.append(layers.Dense(categories)(recognition))
        self.set_networks(
            keras.Model(latent, generated, name="generator"),
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
            given = arguments["continuous"]
            raise InputError(f"continuous must be at least 2, since traversals show codes in pairs, got {given}")
        super().check_options(arguments)

    def further_discriminator_loss(
        self, generated: Generated, real_heads: list[Any], generated_heads: list[Any]
    ) -> tuple[Any, dict[str, Any]]:
        category, continuous = self.information(generated, generated_heads)
        logs = {"information_category": category, "information_continuous": continuous}
        if self.reader is not None:  # the discriminator does not predict the category
            category = 0.0
        return -(self.category_weight * category + self.continuous_weight * continuous), logs

    def further_generator_loss(self, generated: Generated, heads: list[Any]) -> Any:
        category, continuous = self.information(generated, heads)
        return -(self.category_weight * category + self.continuous_weight * continuous)

    def information(self, generated: Generated, heads: list[Any]) -> tuple[Any, Any]:
        """Lower bounds, in nats, of the mutual information of the images with the category (0 until the choice of its
        reader is final) and with all continuous codes."""
        category = generated.latent[:, self.noise_dim : self.noise_dim + self.categories]
        codes = generated.latent[:, self.noise_dim + self.categories :]
        log_category = ops.sum(category * ops.log_softmax(self.category_logits(generated.images, heads)), axis=1)
        log_codes = -ops.square(codes - heads[0]) / (2 * SPREAD**2) - math.log(SPREAD * math.sqrt(2 * math.pi))
        active = 1.0 if self.reader is None else self.reader.decided()
        return (
            active * (math.log(self.categories) + ops.mean(log_category)),
            self.continuous * math.log(2.0) + ops.mean(ops.sum(log_codes, axis=1)),
        )

    def category_logits(self, images: Any, heads: list[Any]) -> Any:
        """(n, categories) from the category reader, if any, otherwise from the discriminator's layers."""
        return heads[1] if self.reader is None else self.reader(images)

    def training_latent(self, n: int) -> Any:
        category = keras.random.randint((n,), 0, self.categories, seed=self.random)
        noise = keras.random.normal((n, self.noise_dim), seed=self.random)
        codes = keras.random.uniform((n, self.continuous), -1.0, 1.0, seed=self.random)
        return ops.concatenate([noise, ops.one_hot(category, self.categories), codes], axis=1)

    def draw_latent(self, rng: np.random.Generator, n: int) -> np.ndarray:
        # One call, so that a latent does not depend on the number of latents after it; codes are normal ranks.
        noise, rank = np.split(rng.standard_normal((n, self.noise_dim + 1 + self.continuous)), [self.noise_dim], axis=1)
        rank = ndtr(rank)
        category = np.minimum(rank[:, 0] * self.categories, self.categories - 1).astype(np.int64)
        return self.latents(noise, category, 2 * rank[:, 1:] - 1)

    def latents(self, noise: np.ndarray, category: np.ndarray, codes: np.ndarray) -> np.ndarray:
        """(n, noise_dim) noise, (n,) categories and (n, continuous) codes as latents."""
        return np.concatenate([noise, np.eye(self.categories)[category], codes], axis=1).astype(np.float32)

    def recognize(self, images: Any) -> tuple[Any, Any]:
        """Images in [-1, 1] -> probabilities of the categories, and the continuous codes."""
        _, *heads = self.discriminate(images, None, training=False)
        return ops.softmax(self.category_logits(images, heads)), heads[0]
