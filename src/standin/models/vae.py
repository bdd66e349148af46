"""Variational autoencoder with fully connected networks (Kingma and Welling 2014).

The encoder computes q(z | x) = N(mean, exp(log_variance)), the decoder the reconstruction. The player minimizes the
negative evidence lower bound with a Gaussian likelihood of variance 1/2: `pixels x MSE + KL`, images in [0, 1].

With a two-dimensional latent, the decoder's initial weights and a high initial learning rate determine how classes are
arranged (docs/decisions/0010).

The defaults are a common teaching network: encoder 784-512-(2 + 2) (403,972 parameters), decoder 2-512-784 (403,728).
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers

from standin.models.losses import negative_elbo, sample_normal
from standin.training import Batch, GenerativeModel, Player, adam, in_float32


@keras.saving.register_keras_serializable("standin")
class VAE(GenerativeModel):
    """Fully connected encoder and decoder; samples come from the prior, N(0, 1).

    Args:
        widths: hidden layers of the encoder; the decoder has them reversed.
        decay_steps: steps over which the learning rate decays to 0, along half a cosine; 0: it is constant.
        decoder_spread: standard deviation of the initial weights of the decoder's first layer, and a third of the range
            of its initial biases. 0: Keras' initializers (small weights, zero biases): the kinks of all units then pass
            through the origin.
        kl_weight: factor of the KL term; 1: the evidence lower bound.
        moving_average: decay of the moving average of all weights; None: none.
    """

    capabilities = frozenset({"autoencoder"})
    snapshot_weights = True

    def __init__(
        self,
        image_shape: Sequence[int],
        seed: int = 0,
        latent_dim: int = 2,
        widths: Sequence[int] = (512,),
        learning_rate: float = 1e-3,
        decay_steps: int = 0,
        decoder_spread: float = 0.0,
        kl_weight: float = 1.0,
        moving_average: float | None = None,
    ) -> None:
        super().__init__(image_shape, seed)
        rate: Any = learning_rate
        if decay_steps:
            rate = keras.optimizers.schedules.CosineDecay(learning_rate, decay_steps)
        self.build_players(
            latent_dim, widths, rate, kl_weight, moving_average, n_classes=0, decoder_spread=decoder_spread
        )

    def build_players(
        self,
        latent_dim: int,
        widths: Sequence[int],
        learning_rate: Any,
        kl_weight: float,
        moving_average: float | None,
        n_classes: int,
        decoder_spread: float = 0.0,
    ) -> None:
        """Builds both networks, conditioned on the label if `n_classes` is positive, and declares the player."""
        self.latent_dim, self.kl_weight = latent_dim, kl_weight
        self.encoder = build_encoder(self.image_shape, latent_dim, widths, n_classes)
        self.decoder = build_decoder(self.image_shape, latent_dim, widths, n_classes, decoder_spread)
        self.set_players(
            Player(
                name="negative_elbo",
                variables=self.encoder.trainable_variables + self.decoder.trainable_variables,
                loss=self.negative_elbo,
                optimizer=adam(learning_rate, moving_average=moving_average),
                logs=("reconstruction_error", "kl_divergence"),
            )
        )

    def negative_elbo(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """`losses.negative_elbo` with `kl_weight`."""
        condition = None if self.condition is None else batch[self.condition]
        mean, log_variance = self.encode(batch["images"], condition, training=True)
        decoded = self.decode(sample_normal(mean, log_variance, self.random), condition, training=True)
        return negative_elbo(batch["images"], decoded, mean, log_variance, self.kl_weight)

    def encode(self, images: Any, condition: Any | None = None, training: bool = False) -> Any:
        """Images in [-1, 1] -> mean and log variance of q(z | x), (n, latent_dim) each."""
        return in_float32(self.encoder(images if condition is None else [images, condition], training=training))

    def decode(self, latent: Any, condition: Any | None = None, training: bool = False) -> Any:
        """Latents -> images in [0, 1]."""
        return in_float32(self.decoder(latent if condition is None else [latent, condition], training=training))

    def draw_latent(self, rng: np.random.Generator, n: int) -> np.ndarray:
        return rng.standard_normal((n, self.latent_dim)).astype(np.float32)

    def generate(self, latent: Any, condition: Any | None = None) -> Any:
        return self.decode(latent, condition) * 2 - 1


def build_encoder(image_shape: Sequence[int], latent_dim: int, widths: Sequence[int], n_classes: int) -> keras.Model:
    """Images in [-1, 1] -> mean and log variance of the latent; with classes, [images, label] ->."""
    images = layers.Input(tuple(image_shape))
    inputs, x = _conditioned(images, layers.Flatten()(layers.Rescaling(0.5, offset=0.5)(images)), n_classes)
    for width in widths:
        x = layers.Dense(width, activation="relu")(x)
    outputs = [layers.Dense(latent_dim, name="mean")(x), layers.Dense(latent_dim, name="log_variance")(x)]
    return keras.Model(inputs, outputs, name="encoder")


def build_decoder(
    image_shape: Sequence[int], latent_dim: int, widths: Sequence[int], n_classes: int, spread: float = 0.0
) -> keras.Model:
    """Latent, or with classes [latent, label] -> images in [0, 1]; `spread` is VAE's `decoder_spread`."""
    latent = layers.Input((latent_dim,))
    inputs, x = _conditioned(latent, latent, n_classes)
    for width in reversed(widths):
        x = layers.Dense(width, activation="relu", **_initializers(spread))(x)
        spread = 0.0  # of the first layer only
    x = layers.Dense(int(np.prod(image_shape)), activation="sigmoid")(x)
    return keras.Model(inputs, layers.Reshape(tuple(image_shape))(x), name="decoder")


def _initializers(spread: float) -> dict[str, Any]:
    """Initializers that spread the kinks of the units over the latent space."""
    if not spread:
        return {}
    weights = keras.initializers.RandomNormal(stddev=spread)
    biases = keras.initializers.RandomUniform(-3 * spread, 3 * spread)
    return {"kernel_initializer": weights, "bias_initializer": biases}


def _conditioned(inputs: Any, x: Any, n_classes: int) -> tuple[Any, Any]:
    """A network's inputs and first features; with classes, both include the label, one-hot in the features."""
    if not n_classes:
        return inputs, x
    label = layers.Input((), dtype="int32")
    one_hot = layers.CategoryEncoding(n_classes, output_mode="one_hot")(layers.Reshape((1,))(label))
    return [inputs, label], layers.Concatenate()([x, one_hot])
