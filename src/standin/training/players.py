"""A player: one of the parties of a training round, each of which descends its own loss in its own variables.

A GAN has two players, a VAE or a diffusion model one, an InfoGAN three. Everything that sets one model's
training apart from another's is in its list of players; the step that trains them is written once
(`generative_model.py`), for TensorFlow and for JAX.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras

Batch = dict[str, Any]
"""`images`: (batch, height, width, channels) float32 in [-1, 1]; `labels`: (batch,) int32, where there are any."""

Loss = Callable[[Batch], tuple[Any, dict[str, Any]]]
"""Batch -> (scalar to descend, {name: scalar to log})."""


class Player(NamedTuple):
    """One party of a training round.

    Attributes:
        name: appears in the history as `<name>_loss`.
        variables: what it owns; its step changes these and nothing else (but for batch statistics and seeds).
        loss: maps a batch to the scalar it descends and to further scalars worth a curve.
        optimizer: its own, so that momenta of different players never mix.
        logs: names of the further scalars that `loss` returns.
        steps: how often it moves in one round, each time on rows of its own (a Wasserstein critic: 5).
    """

    name: str
    variables: Sequence[keras.Variable]
    loss: Loss
    optimizer: keras.optimizers.Optimizer
    logs: tuple[str, ...] = ()
    steps: int = 1
