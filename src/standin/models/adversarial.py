"""The base of GANs: a generator and a discriminator with opposed losses (Goodfellow et al. 2014), and their common
options (`GANOptions`). Each architecture has a file (`gan.py`, `dcgan.py`, ...), which builds the two networks.
"""

import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal, NamedTuple, TypedDict, Unpack, cast

import keras
import numpy as np
from keras import ops

from standin.core.errors import InputError
from standin.models import losses
from standin.training import Batch, GenerativeModel, Player, adam, backend, in_float32

STATISTICS_BATCHES, STATISTICS_BATCH, STATISTICS_SEED = 50, 200, 7
"""Number and size of the batches over which the generator's statistics are recomputed, and the seed of their latents.
With a momentum of .9, half a percent of the old ones is left after 50."""
OPTIMIZERS = {"adam": adam, "rmsprop": keras.optimizers.RMSprop, "sgd": keras.optimizers.SGD}


class GANOptions(TypedDict, total=False):
    """Options of every adversarial model.

    Attributes:
        latent: distribution of the latent: standard normal, or uniform on [-1, 1].
        loss: `non_saturating` (cross-entropy), `least_squares`, `wasserstein` or `hinge`; see `losses.py`.
        real_target: the discriminator's target for real images, in the first two losses; below 1: one-sided label
            smoothing.
        gradient_penalty: weight of (|gradient| - 1)^2 between real and generated images (Gulrajani et al. 2017); 0:
            none; None: 10 for `wasserstein`, which needs it, otherwise none.
        spectral_normalization: of the discriminator's convolutions, dense layers and class embeddings that lead to
            its logit (Miyato et al. 2018).
        discriminator_steps: updates of the discriminator per update of the generator.
        discriminator_optimizer: the generator's is Adam.
        beta_1, beta_2: of Adam.
        moving_average: decay of the moving average of the generator's weights, used for sampling; None: none.
    """

    latent_dim: int
    latent: Literal["normal", "uniform"]
    loss: Literal["non_saturating", "least_squares", "wasserstein", "hinge"]
    real_target: float
    gradient_penalty: float | None
    spectral_normalization: bool
    discriminator_steps: int
    discriminator_optimizer: Literal["adam", "rmsprop", "sgd"]
    generator_learning_rate: float
    discriminator_learning_rate: float
    beta_1: float
    beta_2: float
    moving_average: float | None


DEFAULTS = GANOptions(
    latent_dim=100,
    latent="normal",
    loss="non_saturating",
    real_target=1.0,
    gradient_penalty=None,
    spectral_normalization=False,
    discriminator_steps=1,
    discriminator_optimizer="adam",
    generator_learning_rate=2e-4,
    discriminator_learning_rate=2e-4,
    beta_1=0.5,
    beta_2=0.999,
    moving_average=None,
)


def check_choice(name: str, given: Any, allowed: Iterable[str]) -> None:
    """Raises InputError if an argument is none of its choices."""
    if given not in (choices := [*allowed]):
        raise InputError(f"{name} must be one of {', '.join(map(repr, choices))}, got {given!r}")


def penalty_of(options: GANOptions) -> float:
    """The weight of the gradient penalty."""
    given = options["gradient_penalty"]
    return (10.0 if options["loss"] == "wasserstein" else 0.0) if given is None else given


class Generated(NamedTuple):
    """Generated images, with their latents and conditions (None for unconditional models)."""

    images: Any
    latent: Any
    condition: Any


class Adversarial(GenerativeModel):
    """Base of GANs. A subclass calls `super().__init__`, builds its networks and ends with `set_networks`.

    Options (`game`) override the class's `defaults`, which override `DEFAULTS`.
    """

    defaults: ClassVar[GANOptions] = GANOptions()
    further_logs: ClassVar[tuple[str, ...]] = ()
    discriminator_conditioned: ClassVar[bool] = True
    """Whether the condition is an input of a conditional model's discriminator."""
    compares_rows_by: ClassVar[str | None] = None
    """The argument, a bool or a number, that makes the discriminator compare the images of a batch (batch
    normalization, minibatch discrimination), or None. It then processes real and generated images in separate calls,
    otherwise in one, which is faster."""

    def __init__(self, image_shape: Any, seed: int = 0, **game: Unpack[GANOptions]) -> None:
        super().__init__(image_shape, seed)
        self.check_options(self.constructor_arguments)
        self.game = self.options(game)
        self.latent_dim = self.game["latent_dim"]
        self.spectral = self.game["spectral_normalization"]
        self.penalty = penalty_of(self.game)
        self.separate = bool(self.constructor_arguments.get(self.compares_rows_by))

    @classmethod
    def options(cls, arguments: Mapping[str, Any]) -> GANOptions:
        """The options among `arguments`, completed by the defaults."""
        given = cast("GANOptions", {name: arguments[name] for name in DEFAULTS if name in arguments})
        return {**DEFAULTS, **cls.defaults, **given}

    @classmethod
    def option_defaults(cls) -> dict[str, Any]:
        return {**DEFAULTS, **cls.defaults}

    @classmethod
    def check_options(cls, arguments: Mapping[str, Any]) -> None:
        """Raises InputError if an option is none of its choices, or if a discriminator with a gradient penalty compares
        the images of a batch, so that an image's gradient depends on the others."""
        options = cls.options(arguments)
        check_choice("latent", options["latent"], ("normal", "uniform"))
        check_choice("loss", options["loss"], losses.ADVERSARIAL)
        check_choice("discriminator_optimizer", options["discriminator_optimizer"], OPTIMIZERS)
        by = cls.compares_rows_by
        if not by or not penalty_of(options):
            return
        default = inspect.signature(cls).parameters[by].default
        if arguments.get(by, default):
            why = "gradient_penalty" if options["gradient_penalty"] else "loss 'wasserstein', by its gradient_penalty,"
            off = str(type(default)()).lower()  # false, or 0
            raise InputError(f"{why} needs a discriminator that sees each image alone: set {by} to {off}")

    def set_networks(self, generator: keras.Model, discriminator: keras.Model, others: Sequence[Player] = ()) -> None:
        """Declares the two players, followed by others.

        Args:
            generator: latent (n, latent_dim), or [latent, condition] -> images in [-1, 1].
            discriminator: images, or [images, condition] -> logits (n, 1), high for real images, optionally followed by
                the outputs of further heads.
            others: players that move after the two.
        """
        game = self.game
        self.generator, self.discriminator = generator, discriminator
        self.losses_of_game = losses.ADVERSARIAL[game["loss"]]
        betas = {"beta_1": game["beta_1"], "beta_2": game["beta_2"]}
        optimizer = game["discriminator_optimizer"]
        descent = OPTIMIZERS[optimizer](game["discriminator_learning_rate"], **(betas if optimizer == "adam" else {}))
        logs = ("wasserstein_estimate",) if game["loss"] == "wasserstein" else losses.DISCRIMINATOR_OUTPUTS
        self.set_players(
            Player(
                name="discriminator",
                variables=discriminator.trainable_variables,
                loss=self.discriminator_loss,
                optimizer=descent,
                logs=(*logs, *self.further_logs),
                steps=game["discriminator_steps"],
            ),
            Player(
                name="generator",
                variables=generator.trainable_variables,
                loss=self.generator_loss,
                optimizer=adam(game["generator_learning_rate"], **betas, moving_average=game["moving_average"]),
            ),
            *others,
        )

    def discriminator_loss(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Loss on real and generated images; logs `losses.adversarial_logs`."""
        images, condition = batch["images"], self.condition_of(batch)
        n = ops.shape(images)[0]
        generated = self.training_images(n, condition)
        fake_images = ops.stop_gradient(generated.images)
        if self.separate:
            real, fake = self.discriminate(images, condition), self.discriminate(fake_images, condition)
        else:
            twice = None if condition is None else ops.concatenate([condition, condition])
            both = self.discriminate(ops.concatenate([images, fake_images]), twice)
            real, fake = [output[:n] for output in both], [output[n:] for output in both]
        loss = self.losses_of_game.discriminator(real[0], fake[0], self.game["real_target"])
        if self.penalty:
            loss = loss + self.penalty * self.gradient_penalty(images, fake_images, condition)
        further, logs = self.further_discriminator_loss(generated._replace(images=fake_images), real[1:], fake[1:])
        return loss + further, {**losses.adversarial_logs(self.game["loss"], real[0], fake[0]), **logs}

    def generator_loss(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        condition = self.condition_of(batch)
        generated = self.training_images(ops.shape(batch["images"])[0], condition)
        logit, *heads = self.discriminate(generated.images, condition)
        return self.losses_of_game.generator(logit) + self.further_generator_loss(generated, heads), {}

    def further_discriminator_loss(
        self, generated: Generated, real_heads: list[Any], generated_heads: list[Any]
    ) -> tuple[Any, dict[str, Any]]:
        """A further loss of the discriminator, computed from its heads; and the logs in `further_logs`."""
        return 0.0, {}

    def further_generator_loss(self, generated: Generated, heads: list[Any]) -> Any:
        """A further loss of the generator."""
        return 0.0

    def gradient_penalty(self, images: Any, generated: Any, condition: Any) -> Any:
        """Mean (|gradient of the discriminator's logit| - 1)^2 at random points between real and generated images."""
        weight = keras.random.uniform((ops.shape(images)[0], 1, 1, 1), seed=self.random)
        between = weight * images + (1 - weight) * generated

        def logit(x: Any) -> Any:  # in inference mode: dropout would make the gradient random, and update seeds
            return self.discriminate(x, condition, training=False)[0]

        gradient = backend.active().input_gradient(logit, between)
        length = ops.sqrt(ops.sum(ops.square(gradient), axis=(1, 2, 3)) + 1e-12)
        return ops.mean(ops.square(length - 1.0))

    def condition_of(self, batch: Batch) -> Any:
        """The condition of each image; None for unconditional models."""
        return None if self.condition is None else batch[self.condition]

    def training_images(self, n: int, condition: Any) -> Generated:
        """Images generated for training."""
        latent = self.training_latent(n)
        images = self.generator(latent if condition is None else [latent, condition], training=True)
        return Generated(in_float32(images), latent, condition)

    def discriminate(self, images: Any, condition: Any, training: bool = True) -> list[Any]:
        """The discriminator's outputs, the logits first."""
        inputs = images if condition is None or not self.discriminator_conditioned else [images, condition]
        outputs = in_float32(self.discriminator(inputs, training=training))
        return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]

    @property
    def statistics(self) -> list[keras.Variable]:
        normalizing = [x for x in self.generator.layers if isinstance(x, keras.layers.BatchNormalization)]
        return [variable for layer in normalizing for variable in (layer.moving_mean, layer.moving_variance)]

    def recompute_statistics(self, condition: np.ndarray | None) -> None:
        """From generated batches, enough of them to forget the statistics of other weights (Wu and Johnson 2021,
        arXiv 2105.07576, section 3)."""
        if not self.statistics:
            return
        rng = np.random.default_rng(STATISTICS_SEED)
        for _ in range(STATISTICS_BATCHES):
            latent = self.draw_latent(rng, STATISTICS_BATCH).astype(np.float32)
            drawn = None if condition is None else condition[rng.integers(len(condition), size=STATISTICS_BATCH)]
            self.generator(latent if drawn is None else [latent, drawn], training=True)

    def training_latent(self, n: int) -> Any:
        """(n, latent_dim) random latents from the backend's generator."""
        shape = (n, self.latent_dim)
        if self.game["latent"] == "uniform":
            return keras.random.uniform(shape, -1.0, 1.0, seed=self.random)
        return keras.random.normal(shape, seed=self.random)

    def draw_latent(self, rng: np.random.Generator, n: int) -> np.ndarray:
        shape = (n, self.latent_dim)
        latent = rng.uniform(-1.0, 1.0, shape) if self.game["latent"] == "uniform" else rng.standard_normal(shape)
        return latent.astype(np.float32)

    def generate(self, latent: Any, condition: Any | None = None) -> Any:
        return in_float32(self.generator(latent if condition is None else [latent, condition], training=False))
