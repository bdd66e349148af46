"""A player: one or more networks, trained by minimizing a loss in their variables.

A GAN has two players, a VAE or a diffusion model one, an InfoGAN up to three. Models differ in their players only; all
share one training step (`generative_model.py`), on TensorFlow and on JAX.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras

Batch = dict[str, Any]
"""`images`: (batch, height, width, channels) float32 in [-1, 1]; for models conditioned on them, `labels`: (batch,)
int32, or `conditions`: (batch, n_conditions) float32."""

Loss = Callable[[Batch], tuple[Any, dict[str, Any]]]
"""Batch -> (scalar to minimize, {name: scalar to log})."""


class Player(NamedTuple):
    """One player of a training round.

    Attributes:
        name: appears in the history as `<name>_loss`.
        variables: trained by this player; its step changes nothing else (except batch statistics and seeds).
        optimizer: of this player only, so that momenta never mix.
        logs: names of the scalars that `loss` logs.
        steps: optimizer steps per round, each on different images (a Wasserstein critic: 5).
    """

    name: str
    variables: Sequence[keras.Variable]
    loss: Loss
    optimizer: keras.optimizers.Optimizer
    logs: tuple[str, ...] = ()
    steps: int = 1
