"""Flow matching in the latent space of an autoencoder (latent diffusion, Rombach et al. 2022).

The first player, an autoencoder, minimizes `pixels x MSE + kl_weight x KL`, images in [0, 1], with a small weight: its
latents are informative and need not be normal. The second, a flow conditioned on the label, maps normal noise to these
latents (`diffusion.py`). Sampling integrates noise along the flow and decodes the result. Since latents are an order of
magnitude smaller than images, the flow trains in minutes on a CPU.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from standin.models.diffusion import TimeFeatures, direction_error, integrate_heun
from standin.models.losses import negative_elbo, sample_normal
from standin.models.vae import build_decoder, build_encoder
from standin.training import Batch, GenerativeModel, Player, adam, backend, in_float32


@keras.saving.register_keras_serializable("standin")
class LatentDiffusion(GenerativeModel):
    """Class-conditional flow matching in the latent space of a fully connected autoencoder.

    Args:
        latent_dim, widths, kl_weight: of the autoencoder, as in VAE.
        flow_width: units of each hidden layer of the flow.
        flow_blocks: residual blocks of the flow, with two layers each.
        label_dropout, guidance, sampling_steps: as in Diffusion.
        learning_rate, moving_average: of both players, as in Diffusion.
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
        self.n_classes, self.label_dropout = n_classes, label_dropout
        self.guidance, self.sampling_steps = guidance, sampling_steps
        self.latent_dim, self.kl_weight = latent_dim, kl_weight
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
                "flow",
                self.flow.trainable_variables,
                self.flow_error,
                adam(learning_rate, moving_average=moving_average),
            ),
        )

    def autoencoder_error(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """`losses.negative_elbo` with `kl_weight`."""
        mean, log_variance = in_float32(self.encoder(batch["images"], training=True))
        decoded = in_float32(self.decoder(sample_normal(mean, log_variance, self.random), training=True))
        return negative_elbo(batch["images"], decoded, mean, log_variance, self.kl_weight)

    def flow_error(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """`direction_error` on sampled latents."""
        mean, log_variance = in_float32(self.encoder(batch["images"], training=False))
        latent = ops.stop_gradient(sample_normal(mean, log_variance, self.random))
        labels = batch["labels"], self.n_classes, self.label_dropout
        return direction_error(self.flow, latent, *labels, self.random), {}

    def draw_latent(self, rng: np.random.Generator, n: int) -> np.ndarray:
        return rng.standard_normal((n, self.latent_dim), dtype=np.float32)

    def generate(self, latent: Any, condition: Any | None = None) -> Any:
        sampled = integrate_heun(self.direction, latent, condition, self.n_classes, self.guidance, self.sampling_steps)
        return in_float32(self.decoder(sampled, training=False)) * 2 - 1

    def direction(self, latent: Any, time: float, labels: Any) -> Any:
        """The flow's output for latents that share one time."""
        all_labels = np.arange(self.n_classes + 1, dtype=np.int32)
        return self.at_one_time([latent, labels, np.full(len(all_labels), time, np.float32), all_labels])


def _flow(latent_dim: int, n_classes: int, width: int, blocks: int) -> tuple[keras.Model, keras.Model]:
    """(intermediate latent, time, label) -> direction; label `n_classes` means "dropped".

    And the same for latents that share one time, which computes the conditioning once per label and saves a third of
    the arithmetic: (latent, label, time of every label, every label) -> direction.
    """
    latent, time, label = layers.Input((latent_dim,)), layers.Input(()), layers.Input((), dtype="int32")
    time_embedding = layers.Dense(width)(TimeFeatures(dtype="float32")(time))
    conditioning = layers.Add()([time_embedding, layers.Embedding(n_classes + 1, width)(label)])
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
    times = layers.Input(batch_shape=(n_classes + 1,))
    all_labels = layers.Input(batch_shape=(n_classes + 1,), dtype="int32")
    at_once = velocity([latent, *(ops.take(shift, label, axis=0) for shift in conditioner([times, all_labels]))])
    return (
        keras.Model([latent, time, label], direction, name="flow"),
        keras.Model([latent, label, times, all_labels], at_once, name="flow_at_one_time"),
    )
