"""Variational autoencoder with fully connected networks (Kingma and Welling 2014).

The encoder gives q(z | x) = N(mean, exp(log_variance)); the decoder gives the reconstruction. The player descends the
negative evidence lower bound with a Gaussian likelihood of variance 1/2: `pixels x MSE + KL`, images in [0, 1].

The defaults are a common teaching network: encoder 784-512-(2 + 2) (403,972 parameters), decoder 2-512-784 (403,728).
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from standin.models.losses import gaussian_kl, summed_squared_error
from standin.training import Batch, GenerativeModel, Player


@keras.saving.register_keras_serializable("standin")
class VAE(GenerativeModel):
    """Fully connected encoder and decoder; samples come from the prior, N(0, 1).

    Args:
        image_shape: (height, width, channels).
        latent_dim: width of the latent.
        widths: hidden layers of the encoder; the decoder has them reversed.
        learning_rate: of Adam.
        kl_weight: factor of the KL term; 1 is the evidence lower bound.
        moving_average: decay of the moving average of all weights, or None.
    """

    def __init__(
        self,
        image_shape: Sequence[int],
        seed: int = 0,
        latent_dim: int = 2,
        widths: Sequence[int] = (512,),
        learning_rate: float = 1e-3,
        kl_weight: float = 1.0,
        moving_average: float | None = None,
    ) -> None:
        super().__init__(image_shape, seed)
        self.latent_dim = latent_dim
        self.kl_weight = kl_weight
        pixels = int(np.prod(self.image_shape))

        inputs = layers.Input(self.image_shape)
        hidden = layers.Flatten()(layers.Rescaling(0.5, offset=0.5)(inputs))
        for width in widths:
            hidden = layers.Dense(width, activation="relu")(hidden)
        outputs = [layers.Dense(latent_dim, name="mean")(hidden), layers.Dense(latent_dim, name="log_variance")(hidden)]
        self.encoder = keras.Model(inputs, outputs, name="encoder")

        self.decoder = keras.Sequential([layers.Input((latent_dim,))], name="decoder")
        for width in reversed(widths):
            self.decoder.add(layers.Dense(width, activation="relu"))
        self.decoder.add(layers.Dense(pixels, activation="sigmoid"))
        self.decoder.add(layers.Reshape(self.image_shape))

        average = {} if moving_average is None else {"use_ema": True, "ema_momentum": moving_average}
        self.set_players(
            Player(
                name="negative_elbo",
                variables=self.encoder.trainable_variables + self.decoder.trainable_variables,
                loss=self.negative_elbo,
                optimizer=keras.optimizers.Adam(learning_rate, **average),
                logs=("reconstruction_error", "kl_divergence"),
            )
        )

    def negative_elbo(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        images = batch["images"]
        mean, log_variance = self.encoder(images, training=True)
        noise = keras.random.normal((ops.shape(images)[0], self.latent_dim), seed=self.random)
        latent = mean + ops.exp(log_variance / 2) * noise
        error = summed_squared_error((images + 1) / 2, self.decoder(latent, training=True))
        divergence = gaussian_kl(mean, log_variance)
        return error + self.kl_weight * divergence, {"reconstruction_error": error, "kl_divergence": divergence}

    def draw_latent(self, rng: np.random.Generator, n: int) -> np.ndarray:
        return rng.standard_normal((n, self.latent_dim)).astype(np.float32)

    def generate(self, latent: Any, labels: Any | None = None) -> Any:
        return self.decoder(latent, training=False) * 2 - 1
