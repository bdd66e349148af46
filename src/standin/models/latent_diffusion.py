"""Flow matching in the latent space of an autoencoder (latent diffusion, Rombach et al. 2022).

Two players. The autoencoder minimizes `pixels x MSE + kl_weight x KL`, images in [0, 1], with a small weight: its
latents are informative and need not be normal. The flow, conditioned on the label, maps normal noise to the
autoencoder's latents (`diffusion.py`). A sample is noise, integrated along the flow, then decoded. Since a latent has
tens of numbers where an image has hundreds, the flow is small enough to train in minutes on a CPU.
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
        n_classes: number of classes.
        latent_dim: width of the latent.
        widths: hidden layers of the encoder; the decoder has them reversed.
        kl_weight: factor of the autoencoder's KL term.
        flow_width: units of each hidden layer of the flow.
        flow_blocks: residual blocks of the flow, of two layers each.
        label_dropout: proportion of labels dropped in training.
        guidance: scale of classifier-free guidance; 1: none; more costs diversity.
        sampling_steps: of Heun's method; each calls the flow twice.
        learning_rate: of Adam, for both players.
        moving_average: decay of the moving average of all weights, used for sampling; None: none.
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
        """Reconstruction error of a sampled latent plus `kl_weight` times the KL divergence, the mean over images."""
        images = batch["images"]
        mean, log_variance = in_float32(self.encoder(images, training=True))
        latent = mean + ops.exp(log_variance / 2) * keras.random.normal(ops.shape(mean), seed=self.random)
        error = summed_squared_error((images + 1) / 2, in_float32(self.decoder(latent, training=True)))
        divergence = gaussian_kl(mean, log_variance)
        return error + self.kl_weight * divergence, {"reconstruction_error": error, "kl_divergence": divergence}

    def flow_error(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """Mean squared error of the direction from noise to a sampled latent, over entries and images."""
        mean, log_variance = in_float32(self.encoder(batch["images"], training=False))
        sampled = mean + ops.exp(log_variance / 2) * keras.random.normal(ops.shape(mean), seed=self.random)
        between, time, direction = interpolate(ops.stop_gradient(sampled), self.random)
        labels = drop_labels(batch["labels"], self.n_classes, self.label_dropout, self.random)
        predicted = in_float32(self.flow([between, time, labels], training=True))
        return ops.mean(ops.square(predicted - direction)), {}

    def draw_latent(self, rng: np.random.Generator, n: int) -> np.ndarray:
        return rng.standard_normal((n, self.latent_dim), dtype=np.float32)

    def generate(self, latent: Any, condition: Any | None = None) -> Any:
        decoded_from = integrate_heun(
            self.direction, latent, condition, self.n_classes, self.guidance, self.sampling_steps
        )
        return in_float32(self.decoder(decoded_from, training=False)) * 2 - 1

    def direction(self, latent: Any, time: float, labels: Any) -> Any:
        """The flow's output where all latents are at one time."""
        all_labels = np.arange(self.n_classes + 1, dtype=np.int32)
        return self.at_one_time([latent, labels, np.full(len(all_labels), time, np.float32), all_labels])


def _flow(latent_dim: int, n_classes: int, width: int, blocks: int) -> tuple[keras.Model, keras.Model]:
    """(latent on its way, time, label) -> direction; label `n_classes` stands for "dropped".

    And the same where all latents are at one time, which computes the conditioning once per label and saves a third of
    the arithmetic: (latent, label, time of every label, every label) -> direction.
    """
    latent, time = layers.Input((latent_dim,)), layers.Input(())
    label = layers.Input((), dtype="int32")
    conditioning = layers.Add()(
        [layers.Dense(width)(TimeFeatures(dtype="float32")(time)), layers.Embedding(n_classes + 1, width)(label)]
    )
    shifts = [conditioning]
    x = layers.Add()([layers.Dense(width)(latent), conditioning])
    for _ in range(blocks):
        y = layers.Dense(width, activation="silu")(layers.LayerNormalization()(x))
        mix, project = layers.Dense(width), layers.Dense(width)
        shifts.append(project(layers.Activation("silu")(conditioning)))
        y = mix(layers.Add()([y, shifts[-1]]))
        x = layers.Add()([x, layers.Activation("silu")(y)])
    direction = layers.Dense(latent_dim, kernel_initializer="zeros")(layers.LayerNormalization()(x))
    conditioner, velocity = keras.Model([time, label], shifts), keras.Model([latent, *shifts], direction)
    times, all_labels = (
        layers.Input(batch_shape=(n_classes + 1,)),
        layers.Input(batch_shape=(n_classes + 1,), dtype="int32"),
    )
    at_once = velocity([latent, *(ops.take(shift, label, axis=0) for shift in conditioner([times, all_labels]))])
    return (
        keras.Model([latent, time, label], direction, name="flow"),
        keras.Model([latent, label, times, all_labels], at_once, name="flow_at_one_time"),
    )
