"""The count of operations: by hand, and against the graph that TensorFlow runs."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from benchmarks.arithmetic import Cost, cost, step_operations

from standin.models.cnn import cnn
from standin.models.conditional_gan import ConditionalGAN
from standin.models.dcgan import DCGAN
from standin.models.diffusion import Diffusion
from standin.models.gan import GAN
from standin.models.infogan import InfoGAN
from standin.models.vae import VAE

ROWS = 8


def test_a_dense_network_by_hand() -> None:
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(5), keras.layers.ReLU(), keras.layers.Dense(2)])
    assert cost(network) == Cost(forward=2 * (3 * 5 + 5 * 2), first=2 * 3 * 5)
    # Forward, gradients of both kernels, and of the second layer's inputs.
    assert step_operations(network, 7) == 7 * 2 * (2 * (3 * 5 + 5 * 2) + 5 * 2)


def test_convolutions_by_hand() -> None:
    network = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.layers.Conv2D(4, 3, strides=2, padding="same"),  # 4 x 4 places, a 3 x 3 x 3 patch each
            keras.layers.Conv2DTranspose(6, 4, strides=2, padding="same"),  # each of them spreads to a 4 x 4 patch
        ]
    )
    assert cost(network) == Cost(forward=2 * 16 * (27 * 4 + 16 * 4 * 6), first=2 * 16 * 27 * 4)


def test_the_taught_gan_by_hand() -> None:
    """3 million weights, batches of 128: about 4 billion operations."""
    generator = 100 * 256 + 256 * 512 + 512 * 1024 + 1024 * 784
    discriminator = 784 * 1024 + 1024 * 512 + 512 * 256 + 256
    judging = generator + 2 * (3 * discriminator - 784 * 1024)
    making = 3 * generator - 100 * 256 + 2 * discriminator
    assert step_operations(GAN((28, 28, 1)), 128) == 128 * 2 * (judging + making)


MODELS = {
    "gan": lambda: GAN((16, 16, 1), latent_dim=8, generator_widths=[32, 16], discriminator_widths=[16, 32]),
    "gan, twice": lambda: GAN((16, 16, 1), generator_widths=[16], discriminator_steps=2),
    "dcgan": lambda: DCGAN((16, 16, 3), generator_width=8, discriminator_width=8),
    "dcgan, strided": lambda: DCGAN((16, 16, 3), upsampling="transposed", downsampling="strided", generator_width=8),
    "conditional_gan": lambda: ConditionalGAN((16, 16, 1), n_classes=3, generator_width=8, discriminator_width=8),
    "infogan": lambda: InfoGAN((16, 16, 3), hidden=32, width=8),
    "vae": lambda: VAE((16, 16, 1), widths=[32, 16]),
    "classifier": lambda: cnn((16, 16, 1), 3, widths=[4, 8], hidden=16),
}


@pytest.mark.parametrize("name", MODELS)
def test_it_is_what_tensorflow_computes(name: str) -> None:
    """No operation is left out, and training computes nothing that the mathematics does not ask for."""
    model = MODELS[name]()
    # InfoGAN's penalty sees one logit a row, whose last product is counted though its gradient is known beforehand.
    assert step_operations(model, ROWS) == pytest.approx(operations_of_graph(model), rel=1e-4)


def test_of_a_critic_tensorflow_computes_zeros_beside() -> None:
    """The slope of leaky ReLU does not depend on its input; TensorFlow carries that zero back through all layers."""
    model = GAN((16, 16, 1), generator_widths=[16], loss="wasserstein", discriminator_steps=2)
    forward, first = cost(model.discriminator)
    zeros = 2 * ROWS * (2 * forward - first)
    assert step_operations(model, ROWS) + zeros == pytest.approx(operations_of_graph(model), rel=1e-3)


def test_a_model_without_a_count_is_refused() -> None:
    with pytest.raises(TypeError, match="no count for Diffusion"):
        step_operations(Diffusion((8, 8, 1), n_classes=2, widths=[4, 8], blocks=1), 8)


def operations_of_graph(model: keras.Model) -> int:
    """Of all matrix products and convolutions of one training step."""
    rows = ROWS * getattr(model, "batches_a_round", 1)
    images, labels = tf.zeros((rows, *model_shape(model))), tf.zeros((rows,), tf.int32)
    if hasattr(model, "players"):
        step = tf.function(lambda: model.train_step({"images": images, "labels": labels}))
    else:
        model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=False)
        step = tf.function(lambda: model.train_step((images, labels)))
    graph = step.get_concrete_function().graph  # of which TensorFlow runs what an output or a variable needs
    needed, waiting = set(), [tensor.op for tensor in graph.outputs] + list(graph.control_outputs)
    while waiting:
        node = waiting.pop()
        if node not in needed:
            needed.add(node)
            waiting += [tensor.op for tensor in node.inputs] + list(node.control_inputs)
    return sum(_of_node(node) for node in needed)


def model_shape(model: keras.Model) -> tuple[int, ...]:
    return tuple(getattr(model, "image_shape", model.input_shape[1:] if hasattr(model, "input_shape") else ()))


def _of_node(node: tf.Operation) -> int:
    shapes = [tensor.shape for tensor in node.inputs]
    if node.type == "MatMul":
        inner = shapes[0][0 if node.get_attr("transpose_a") else 1]
        return 2 * inner * int(np.prod(node.outputs[0].shape))
    if node.type == "Conv2D":
        return 2 * int(np.prod(shapes[1])) * int(np.prod(node.outputs[0].shape[:3]))
    if node.type == "Conv2DBackpropFilter":
        return 2 * int(np.prod(node.outputs[0].shape)) * int(np.prod(shapes[2][:3]))
    if node.type == "Conv2DBackpropInput":
        return 2 * int(np.prod(shapes[1])) * int(np.prod(shapes[2][:3]))
    return 0
