"""A player: a network, or several, trained by minimizing its own loss in its own variables.

A GAN has two players, a VAE or a diffusion model one, an InfoGAN up to three. All that distinguishes the training of
two models is in their players; the step that trains them is written once (`generative_model.py`), for TensorFlow and
for JAX.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras

Batch = dict[str, Any]
"""`images`: (batch, height, width, channels) float32 in [-1, 1]; `labels`: (batch,) int32, where there are any."""

Loss = Callable[[Batch], tuple[Any, dict[str, Any]]]
"""Batch -> (scalar to minimize, {name: scalar to log})."""


class Player(NamedTuple):
    """One player of a training round.

    Attributes:
        name: appears in the history as `<name>_loss`.
        variables: those that it trains; its step changes nothing else (except batch statistics and seeds).
        loss: maps a batch to the scalar to minimize and to further scalars to log.
        optimizer: used by this player only, so that momenta never mix.
        logs: names of the further scalars that `loss` returns.
        steps: optimizer steps per round, each on different images (a Wasserstein critic: 5).
    """

    name: str
    variables: Sequence[keras.Variable]
    loss: Loss
    optimizer: keras.optimizers.Optimizer
    logs: tuple[str, ...] = ()
    steps: int = 1
