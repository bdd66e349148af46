"""Floating-point operations that one training step needs, counted from the networks.

A multiply-add counts as two. Only dense layers and convolutions count: the rest (activations, normalization, the
optimizer) is a few percent of the arithmetic, though not of the time. A network whose forward pass takes F, of which F0
in the layers that read its inputs, takes for one row

    3 F - F0   where its own weights are to move: forward, gradients of kernels, gradients of inputs but the first;
    2 F        where a gradient only passes through it, on to what made its inputs.

That is what the mathematics asks for. What an implementation does beyond it (gradients that nobody uses, images that
are generated twice) does not count, so a wasteful one looks as slow as it is.
"""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import keras
from keras import layers

from benchmarks.graph import functional, nodes
from standin.models.adversarial import Adversarial
from standin.models.vae import VAE


class Cost(NamedTuple):
    """Floating-point operations of a forward pass of one row: all, and those in layers that read the inputs."""

    forward: int
    first: int

    @property
    def learning(self) -> int:
        """A row of a step in which the network's weights move."""
        return 3 * self.forward - self.first

    @property
    def passing(self) -> int:
        """A row of a step in which a gradient goes through it."""
        return 2 * self.forward


def step_operations(model: keras.Model, batch_size: int) -> int:
    """Of one round of all players of `model`, or of one step of a classifier.

    Raises:
        TypeError: for a generative model that is neither adversarial nor an autoencoder.
    """
    if isinstance(model, Adversarial):
        return batch_size * _game(model)
    if isinstance(model, VAE):
        return batch_size * (cost(model.encoder).learning + 3 * cost(model.decoder).forward)
    if hasattr(model, "players"):
        raise TypeError(f"no count for {type(model).__name__}: expected an adversarial model, a VAE or a classifier")
    return batch_size * cost(model).learning


def _game(model: Adversarial) -> int:
    """One row of real images and as many generated ones in each update."""
    if getattr(model, "reader", None) is not None:
        raise TypeError("no count for an InfoGAN with invariant_category=True")
    generator, discriminator = cost(model.generator), cost(model.discriminator)
    judging = generator.forward + 2 * discriminator.learning
    if model.penalty:
        judging += _penalty(model.discriminator)
    making = generator.learning + discriminator.passing
    return model.game["discriminator_steps"] * judging + making


def _penalty(discriminator: keras.Model) -> int:
    """The gradient with respect to an image, and the gradient of its length with respect to the weights.

    Both passes again (4 F in all); where a normalization makes the first gradient depend on what the layers below
    computed, through those once more.
    """
    graph = functional(discriminator)
    scored = cost(keras.Model(graph.inputs, graph.outputs[0]))
    curved = any(isinstance(operation, layers.LayerNormalization) for operation in graph.operations)
    return 4 * scored.forward + (2 * scored.forward - scored.first if curved else 0)


def cost(network: keras.Model) -> Cost:
    """Of a network of dense layers, convolutions and whatever has no products."""
    found = list(working(network))
    forward = sum(layer.operations for layer in found)
    return Cost(forward, forward - sum(layer.operations for layer in found if layer.reads_learned))


class Working(NamedTuple):
    """A layer that has matrix products: its place in the network, the operations of a row, and whether what it reads
    depends on weights."""

    node: Any
    operations: int
    reads_learned: bool


def working(network: keras.Model) -> Iterator[Working]:
    """The layers that have products, in the order of the network."""
    learned: set[int] = set()  # tensors that depend on weights
    for node in nodes(network):
        inputs = node.arguments.keras_tensors
        operations = _products(node.operation, inputs, node.outputs)
        reads_learned = any(id(tensor) in learned for tensor in inputs)
        if operations:
            yield Working(node, operations, reads_learned)
        if operations or reads_learned:
            learned.update(id(tensor) for tensor in node.outputs)


def _products(operation: Any, inputs: Any, outputs: Any) -> int:
    """Operations in the matrix products of one layer, for one row."""
    if isinstance(operation, layers.Dense):
        return 2 * math.prod(operation.kernel.shape) * math.prod(outputs[0].shape[1:-1])
    if isinstance(operation, layers.Conv2DTranspose):
        return 2 * math.prod(operation.kernel.shape) * math.prod(inputs[0].shape[1:3])
    if isinstance(operation, layers.Conv2D):
        return 2 * math.prod(operation.kernel.shape) * math.prod(outputs[0].shape[1:3])
    if isinstance(operation, keras.Model):
        raise TypeError(f"no count for the nested network {operation.name!r}")
    return 0
