"""The adversarial pair: a generator and a discriminator that play against each other (Goodfellow et al. 2014).

One file a network architecture (`gan.py`, `dcgan.py`) builds the two networks; what they play is here.
"""

from typing import Any, Literal

import keras
import numpy as np
from keras import ops

from standin.errors import InputError
from standin.models import losses
from standin.training import Batch, GenerativeModel, Player


class Adversarial(GenerativeModel):
    """Base of GANs.

    Args of `play`:
        generator: latent (n, latent_dim) -> images (n, height, width, channels) in [-1, 1].
        discriminator: images -> logits (n, 1), high for real.
        latent: the distribution latents are drawn from: standard normal, or uniform on [-1, 1].
        loss: `non_saturating` (cross-entropy) or `hinge`.
        separate: real and generated rows go through the discriminator in calls of their own, so that batch
            normalisation does not mix their statistics; else in one call, which is faster.
        real_target: the discriminator's target for real images; below 1 is one-sided label smoothing.
        moving_average: decay of the generator's moving average, which then replaces its weights for sampling.
    """

    def play(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        latent_dim: int,
        latent: Literal["normal", "uniform"],
        loss: Literal["non_saturating", "hinge"],
        separate: bool,
        real_target: float,
        generator_learning_rate: float,
        discriminator_learning_rate: float,
        beta_1: float,
        moving_average: float | None,
    ) -> None:
        """Declares the two players on these networks."""
        if latent not in ("normal", "uniform"):
            raise InputError(f"latent must be 'normal' or 'uniform', got {latent!r}")
        if loss not in ("non_saturating", "hinge"):
            raise InputError(f"loss must be 'non_saturating' or 'hinge', got {loss!r}")
        self.loss_name = loss
        self.separate = separate
        self.generator = generator
        self.discriminator = discriminator
        self.latent_dim = latent_dim
        self.latent = latent
        self.real_target = real_target
        average = {} if moving_average is None else {"use_ema": True, "ema_momentum": moving_average}
        self.set_players(
            Player(
                name="discriminator",
                variables=discriminator.trainable_variables,
                loss=self.discriminator_loss,
                optimizer=keras.optimizers.Adam(discriminator_learning_rate, beta_1=beta_1),
                logs=("discriminator_on_real", "discriminator_on_generated"),
            ),
            Player(
                name="generator",
                variables=generator.trainable_variables,
                loss=self.generator_loss,
                optimizer=keras.optimizers.Adam(generator_learning_rate, beta_1=beta_1, **average),
            ),
        )

    def discriminator_loss(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Tells real from generated rows; logs D(x) and D(G(z)), the mean probabilities of being real."""
        images = batch["images"]
        rows = ops.shape(images)[0]
        generated = ops.stop_gradient(self.generator(self.training_latent(rows), training=True))
        if self.separate:
            real = self.discriminator(images, training=True)
            fake = self.discriminator(generated, training=True)
        else:
            logits = self.discriminator(ops.concatenate([images, generated]), training=True)
            real, fake = logits[:rows], logits[rows:]
        logs = {
            "discriminator_on_real": ops.mean(ops.sigmoid(real)),
            "discriminator_on_generated": ops.mean(ops.sigmoid(fake)),
        }
        if self.loss_name == "hinge":
            return losses.hinge_discriminator_loss(real, fake), logs
        return losses.discriminator_loss(real, fake, self.real_target), logs

    def generator_loss(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        generated = self.generator(self.training_latent(ops.shape(batch["images"])[0]), training=True)
        logits = self.discriminator(generated, training=True)
        return (losses.hinge_generator_loss if self.loss_name == "hinge" else losses.generator_loss)(logits), {}

    def training_latent(self, rows: int) -> Any:
        shape = (rows, self.latent_dim)
        if self.latent == "uniform":
            return keras.random.uniform(shape, -1.0, 1.0, seed=self.random)
        return keras.random.normal(shape, seed=self.random)

    def draw_latent(self, rng: np.random.Generator, n: int) -> np.ndarray:
        shape = (n, self.latent_dim)
        drawn = rng.uniform(-1.0, 1.0, shape) if self.latent == "uniform" else rng.standard_normal(shape)
        return drawn.astype(np.float32)

    def generate(self, latent: Any, labels: Any | None = None) -> Any:
        return self.generator(latent, training=False)
