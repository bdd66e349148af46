"""Flow matching with a small U-Net and classifier-free guidance.

The straight line x_t = (1 - t) e + t x connects noise e and an image x. The network learns its direction x - e from
(x_t, t, label) (Lipman et al. 2023; Liu et al. 2023, "rectified flow"). Sampling integrates the learned directions from
noise at t = 0 to an image at t = 1 by Heun's method. Times are logit-normal, which emphasizes the middle of the line
(Esser et al. 2024). A proportion of labels is dropped in training, so that the network also learns the unconditional
direction, from which `guidance` > 1 extrapolates (Ho and Salimans 2022).
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from standin.training import Batch, GenerativeModel, Player, adam, backend, in_float32


@keras.saving.register_keras_serializable("standin")
class Diffusion(GenerativeModel):
    """Class-conditional flow matching.

    Args:
        widths: channels at each resolution of the U-Net; each resolution after the first has half the side.
        blocks: residual blocks at each resolution, in both directions.
        patch: side of the squares of pixels that the first layer merges: 2 makes the network four times cheaper.
        embedding: width of the conditioning on time and label.
        label_dropout: proportion of labels dropped in training.
        guidance: scale of classifier-free guidance; 1: none; more costs diversity.
        sampling_steps: of Heun's method, with two network calls each.
        moving_average: decay of the moving average of all weights, used for sampling; None: none.
    """

    condition = "labels"

    def __init__(
        self,
        image_shape: Sequence[int],
        n_classes: int,
        seed: int = 0,
        widths: Sequence[int] = (32, 64),
        blocks: int = 2,
        patch: int = 2,
        embedding: int = 128,
        label_dropout: float = 0.1,
        guidance: float = 1.0,
        sampling_steps: int = 10,
        learning_rate: float = 1e-3,
        moving_average: float | None = 0.999,
    ) -> None:
        super().__init__(image_shape, seed)
        self.n_classes, self.label_dropout = n_classes, label_dropout
        self.guidance, self.sampling_steps = guidance, sampling_steps
        self.network = _unet(self.image_shape, n_classes, widths, blocks, patch, embedding)
        self.network_compiled = backend.active().compiled(self.network)
        optimizer = adam(learning_rate, moving_average=moving_average)
        self.set_players(Player("velocity", self.network.trainable_variables, self.velocity_error, optimizer))

    def velocity_error(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """`direction_error` on images."""
        labels = batch["labels"], self.n_classes, self.label_dropout
        return direction_error(self.network, batch["images"], *labels, self.random), {}

    def draw_latent(self, rng: np.random.Generator, n: int) -> np.ndarray:
        return rng.standard_normal((n, *self.image_shape), dtype=np.float32)

    def generate(self, latent: Any, condition: Any | None = None) -> Any:
        def direction(points: Any, time: float, labels: Any) -> Any:
            return self.network_compiled([points, ops.full((ops.shape(points)[0],), time), labels])

        images = integrate_heun(direction, latent, condition, self.n_classes, self.guidance, self.sampling_steps)
        return ops.clip(images, -1.0, 1.0)


def direction_error(
    network: keras.Model, data: Any, labels: Any, n_classes: int, dropout: float, random: keras.random.SeedGenerator
) -> Any:
    """Mean squared error of the predicted directions from noise to data (n, ...), with a random noise, time and label
    dropout for each example."""
    between, time, direction = interpolate(data, random)
    labels = drop_labels(labels, n_classes, dropout, random)
    return ops.mean(ops.square(in_float32(network([between, time, labels], training=True)) - direction))


def interpolate(data: Any, random: keras.random.SeedGenerator) -> tuple[Any, Any, Any]:
    """Random points (n, ...) between noise and data (n, ...); their times, (n,) in (0, 1); the directions from noise to
    data, (n, ...)."""
    noise = keras.random.normal(ops.shape(data), seed=random)
    time = ops.sigmoid(keras.random.normal((ops.shape(data)[0],), seed=random))
    t = ops.reshape(time, (-1,) + (1,) * (len(data.shape) - 1))
    return (1 - t) * noise + t * data, time, data - noise


def drop_labels(labels: Any, n_classes: int, proportion: float, random: keras.random.SeedGenerator) -> Any:
    """(n,) labels with a random proportion replaced by `n_classes`, which means "dropped"."""
    dropped = keras.random.uniform(ops.shape(labels), seed=random) < proportion
    return ops.where(dropped, n_classes, labels)


def integrate_heun(direction: Any, noise: Any, condition: Any, n_classes: int, guidance: float, steps: int) -> Any:
    """Integrates from noise to data along the learned directions, by Heun's method.

    Args:
        direction: (points (n, ...), their time, labels (n,)) -> directions; label `n_classes` means "dropped".
        noise: (n, ...).
        condition: (n,) labels.
        steps: number of Heun steps.
    """
    x, labels = ops.convert_to_tensor(noise), ops.cast(condition, "int32")

    def velocity(points: Any, time: float) -> Any:
        conditional = in_float32(direction(points, time, labels))
        if guidance == 1.0:
            return conditional
        unconditional = in_float32(direction(points, time, ops.full_like(labels, n_classes)))
        return unconditional + guidance * (conditional - unconditional)

    for now, then in pairwise(np.linspace(0.0, 1.0, steps + 1, dtype=np.float32)):
        first = velocity(x, now)
        x = x + (then - now) / 2 * (first + velocity(x + (then - now) * first, then))
    return x


def _unet(
    image_shape: Sequence[int], n_classes: int, widths: Sequence[int], blocks: int, patch: int, embedding: int
) -> keras.Model:
    """(x_t, time, label) -> direction; label `n_classes` means "dropped"."""
    height, width, channels = image_shape
    images, time, label = layers.Input((height, width, channels)), layers.Input(()), layers.Input((), dtype="int32")
    time_embedding = layers.Dense(embedding, activation="silu")(TimeFeatures(dtype="float32")(time))
    time_embedding = layers.Dense(embedding)(time_embedding)
    conditioning = layers.Add()([time_embedding, layers.Embedding(n_classes + 1, embedding)(label)])
    conditioning = layers.Activation("silu")(conditioning)

    multiple = patch * 2 ** (len(widths) - 1)
    excess = [-side % multiple for side in (height, width)]
    margins = tuple((e // 2, e - e // 2) for e in excess)
    x = layers.ZeroPadding2D(margins)(images) if any(excess) else images
    x = layers.Conv2D(widths[0], 2 * patch - 1, strides=patch, padding="same")(x)
    skips = []
    for level, wide in enumerate(widths):
        if level:
            x = layers.Conv2D(wide, 3, strides=2, padding="same")(x)
        for _ in range(blocks):
            x = _block(x, conditioning, wide)
        skips.append(x)
    for level, wide in reversed(list(enumerate(widths))):
        if level < len(widths) - 1:
            x = layers.Add()([layers.UpSampling2D()(layers.Conv2D(wide, 1)(x)), skips[level]])
        for _ in range(blocks):
            x = _block(x, conditioning, wide)
    x = layers.ReLU()(PixelNorm()(x))
    x = layers.Conv2D(channels * patch**2, 3, padding="same", kernel_initializer="zeros")(x)
    if patch > 1:
        x = ops.depth_to_space(x, patch)
    return keras.Model([images, time, label], layers.Cropping2D(margins)(x) if any(excess) else x, name="unet")


def _block(x: Any, conditioning: Any, width: int) -> Any:
    """Two convolutions on normalized values, the second scaled and shifted by the conditioning; initially the
    identity."""
    y = layers.Conv2D(width, 3, padding="same")(layers.ReLU()(PixelNorm()(x)))
    scale, shift = (layers.Reshape((1, 1, width))(layers.Dense(width)(conditioning)) for _ in range(2))
    y = layers.Add()([layers.Multiply()([PixelNorm()(y), layers.Rescaling(1.0, offset=1.0)(scale)]), shift])
    y = layers.Conv2D(width, 3, padding="same", kernel_initializer="zeros")(layers.ReLU()(y))
    return layers.Add()([x, y])


@keras.saving.register_keras_serializable("standin")
class PixelNorm(layers.Layer):
    """Scales the channels of each pixel to mean square 1 (Karras et al. 2018): cheaper than group normalization, and
    without statistics over images or positions."""

    def call(self, x: Any) -> Any:
        return x * ops.rsqrt(ops.mean(ops.square(x), axis=-1, keepdims=True) + 1e-6)


@keras.saving.register_keras_serializable("standin")
class TimeFeatures(layers.Layer):
    """(n,) times in [0, 1] -> (n, 2 * frequencies) sines and cosines, of half a period to fifty."""

    def __init__(self, frequencies: int = 16, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.frequencies = frequencies

    def call(self, time: Any) -> Any:
        waves = np.pi * np.geomspace(1.0, 100.0, self.frequencies, dtype=np.float32)
        angles = ops.expand_dims(time, -1) * waves
        return ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "frequencies": self.frequencies}
