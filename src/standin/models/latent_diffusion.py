"""Flow matching in the latent space of an autoencoder (latent diffusion, Rombach et al. 2022).

Two players. The autoencoder descends `pixels x MSE + kl_weight x KL`, images in [0, 1], with a small weight: its
latents are rich and need not be normal. The flow learns, label by label, how normal noise becomes the autoencoder's
latents (`diffusion.py` says how). A sample is noise, carried by the flow, then decoded. Since a latent has tens of
numbers where an image has hundreds, the flow is small enough to be learned in minutes on a CPU.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from standin.models.diffusion import TimeFeatures, drop_labels, integrate_heun, interpolate
from standin.models.losses import gaussian_kl, summed_squared_error
from standin.models.vae import build_decoder, build_encoder
from standin.training import Batch, GenerativeModel, Player, adam, backend, in_float32


@keras.saving.register_keras_serializable("standin")
class LatentDiffusion(GenerativeModel):
    """Class-conditional flow matching in the latent space of a fully connected autoencoder.

    Args:
        image_shape: (height, width, channels).
        n_classes: how many classes the labels have.
        latent_dim: width of the latent.
        widths: hidden layers of the encoder; the decoder has them reversed.
        kl_weight: factor of the autoencoder's KL term.
        flow_width: units of each hidden layer of the flow.
        flow_blocks: residual blocks of the flow, of two layers each.
        label_dropout: share of labels hidden in training.
        guidance: 1 follows the label as learned, more exaggerates it, at the price of diversity.
        sampling_steps: of Heun's method; each calls the flow twice.
        learning_rate: of Adam, for both players.
        moving_average: decay of the moving average of all weights, from which samples are drawn; or None.
    """

    condition = "labels"
    sample_batch_size = 2000  # a CPU multiplies tall matrices faster

    def __init__(
        self,
        image_shape: Sequence[int],
        n_classes: int,
        seed: int = 0,
        latent_dim: int = 32,
        widths: Sequence[int] = (1024, 512),
        kl_weight: float = 0.05,
        flow_width: int = 512,
        flow_blocks: int = 3,
        label_dropout: float = 0.1,
        guidance: float = 1.0,
        sampling_steps: int = 20,
        learning_rate: float = 1e-3,
        moving_average: float | None = 0.999,
    ) -> None:
        super().__init__(image_shape, seed)
        self.n_classes = n_classes
        self.latent_dim = latent_dim
        self.kl_weight = kl_weight
        self.label_dropout = label_dropout
        self.guidance = guidance
        self.sampling_steps = sampling_steps
        self.encoder = build_encoder(self.image_shape, latent_dim, widths, n_classes=0)
        self.decoder = build_decoder(self.image_shape, latent_dim, widths, n_classes=0)
        self.flow, at_one_time = _flow(latent_dim, n_classes, flow_width, flow_blocks)
        self.at_one_time = backend.active().compiled(at_one_time)
        self.set_players(
            Player(
                name="autoencoder",
                variables=self.encoder.trainable_variables + self.decoder.trainable_variables,
                loss=self.autoencoder_error,
                optimizer=adam(learning_rate, moving_average=moving_average),
                logs=("reconstruction_error", "kl_divergence"),
            ),
            Player(
                name="flow",
                variables=self.flow.trainable_variables,
                loss=self.flow_error,
                optimizer=adam(learning_rate, moving_average=moving_average),
            ),
        )

    def autoencoder_error(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Reconstruction error of a drawn latent plus `kl_weight` times the KL divergence, the mean over rows."""
        images = batch["images"]
        mean, log_variance = in_float32(self.encoder(images, training=True))
        latent = mean + ops.exp(log_variance / 2) * keras.random.normal(ops.shape(mean), seed=self.random)
        error = summed_squared_error((images + 1) / 2, in_float32(self.decoder(latent, training=True)))
        divergence = gaussian_kl(mean, log_variance)
        return error + self.kl_weight * divergence, {"reconstruction_error": error, "kl_divergence": divergence}

    def flow_error(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Mean squared error of the direction from noise to a drawn latent, over entries and rows."""
        mean, log_variance = in_float32(self.encoder(batch["images"], training=False))
        drawn = mean + ops.exp(log_variance / 2) * keras.random.normal(ops.shape(mean), seed=self.random)
        between, time, direction = interpolate(ops.stop_gradient(drawn), self.random)
        labels = drop_labels(batch["labels"], self.n_classes, self.label_dropout, self.random)
        predicted = in_float32(self.flow([between, time, labels], training=True))
        return ops.mean(ops.square(predicted - direction)), {}

    def draw_latent(self, rng: np.random.Generator, n: int) -> np.ndarray:
        return rng.standard_normal((n, self.latent_dim), dtype=np.float32)

    def generate(self, latent: Any, condition: Any | None = None) -> Any:
        carried = integrate_heun(self.direction, latent, condition, self.n_classes, self.guidance, self.sampling_steps)
        return in_float32(self.decoder(carried, training=False)) * 2 - 1

    def direction(self, latent: Any, time: float, labels: Any) -> Any:
        """What the flow gives where all rows are at one time."""
        every = np.arange(self.n_classes + 1, dtype=np.int32)
        return self.at_one_time([latent, labels, np.full(len(every), time, np.float32), every])


def _flow(latent_dim: int, n_classes: int, width: int, blocks: int) -> tuple[keras.Model, keras.Model]:
    """(latent on its way, time, label) -> direction; label `n_classes` stands for "not told".

    And the same where all rows are at one time, which works out once for each label what the flow is told, a third of
    its arithmetic: (latent, label, time of every label, every label) -> direction.
    """
    latent, time = layers.Input((latent_dim,)), layers.Input(())
    label = layers.Input((), dtype="int32")
    told = layers.Add()(
        [layers.Dense(width)(TimeFeatures(dtype="float32")(time)), layers.Embedding(n_classes + 1, width)(label)]
    )
    places = [told]
    x = layers.Add()([layers.Dense(width)(latent), told])
    for _ in range(blocks):
        y = layers.Dense(width, activation="silu")(layers.LayerNormalization()(x))
        mix, tell = layers.Dense(width), layers.Dense(width)
        places.append(tell(layers.Activation("silu")(told)))
        y = mix(layers.Add()([y, places[-1]]))
        x = layers.Add()([x, layers.Activation("silu")(y)])
    direction = layers.Dense(latent_dim, kernel_initializer="zeros")(layers.LayerNormalization()(x))
    telling, carrying = keras.Model([time, label], places), keras.Model([latent, *places], direction)
    times, every = layers.Input(batch_shape=(n_classes + 1,)), layers.Input(batch_shape=(n_classes + 1,), dtype="int32")
    once = carrying([latent, *(ops.take(place, label, axis=0) for place in telling([times, every]))])
    return (
        keras.Model([latent, time, label], direction, name="flow"),
        keras.Model([latent, label, times, every], once, name="flow_at_one_time"),
    )
