"""A Keras network's layers in PyTorch: the same widths and kernels, channels first, weights drawn by PyTorch."""

from collections.abc import Callable
from typing import Any

import keras
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.graph import functional, nodes

Call = Callable[..., Tensor]
ACTIVATIONS: dict[str, Call] = {"linear": lambda x: x, "relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid}


class Translated(nn.Module):
    """The graph of a functional or sequential Keras model, layer by layer.

    Images are (n, channels, height, width). Layers that are not in `LAYERS` are refused by a KeyError that names them.
    """

    def __init__(self, network: keras.Model) -> None:
        super().__init__()
        graph = functional(network)
        self.given = [id(tensor) for tensor in graph.inputs]
        self.wanted = [id(tensor) for tensor in graph.outputs]
        self.parts = nn.ModuleList()
        self.program: list[tuple[Call, list[int], int]] = []
        for node in nodes(network):
            if node.is_input:
                continue
            inputs, (output,) = node.arguments.keras_tensors, node.outputs
            call = LAYERS[type(node.operation).__name__](node.operation, inputs, output)
            if isinstance(call, nn.Module):
                self.parts.append(call)
            self.program.append((call, [id(tensor) for tensor in inputs], id(output)))

    def forward(self, *inputs: Tensor) -> Any:
        """One tensor for each of the network's inputs -> its output, or a list of them."""
        known = dict(zip(self.given, inputs, strict=True))
        for call, read, written in self.program:
            known[written] = call(*(known[i] for i in read))
        outputs = [known[i] for i in self.wanted]
        return outputs[0] if len(outputs) == 1 else outputs


class Activated(nn.Module):
    """A layer and what follows it."""

    def __init__(self, layer: nn.Module, activation: Call) -> None:
        super().__init__()
        self.layer, self.activation = layer, activation

    def forward(self, x: Tensor) -> Tensor:
        return self.activation(self.layer(x))


def _dense(layer: Any, inputs: Any, output: Any) -> nn.Module:
    linear = nn.Linear(inputs[0].shape[-1], output.shape[-1], bias=layer.use_bias)
    return Activated(linear, ACTIVATIONS[layer.activation.__name__])


def _convolution(layer: Any, inputs: Any, output: Any) -> nn.Module:
    kind = nn.ConvTranspose2d if isinstance(layer, keras.layers.Conv2DTranspose) else nn.Conv2d
    kernel, stride = layer.kernel_size[0], layer.strides[0]
    made = kind(inputs[0].shape[-1], output.shape[-1], kernel, stride, padding=(kernel - 1) // 2, bias=layer.use_bias)
    return Activated(made, ACTIVATIONS[layer.activation.__name__])


def _batch_normalization(layer: Any, inputs: Any, output: Any) -> nn.Module:
    kind = nn.BatchNorm2d if len(output.shape) == 4 else nn.BatchNorm1d
    return kind(output.shape[-1], affine=layer.scale)


def _layer_normalization(layer: Any, inputs: Any, output: Any) -> nn.Module:
    return nn.LayerNorm(output.shape[-1]) if len(output.shape) == 2 else nn.InstanceNorm2d(output.shape[-1])


def _reshape(layer: Any, inputs: Any, output: Any) -> Call:
    *grid, channels = output.shape[1:]
    return lambda x: x.reshape(len(x), channels, *grid)


def _crop(layer: Any, inputs: Any, output: Any) -> Call:
    (top, bottom), (left, right) = layer.cropping
    return lambda x: F.pad(x, (-left, -right, -top, -bottom))


def _pad(layer: Any, inputs: Any, output: Any) -> Call:
    (top, bottom), (left, right) = layer.padding
    return lambda x: F.pad(x, (left, right, top, bottom))


LAYERS: dict[str, Callable[[Any, Any, Any], Call]] = {
    "Dense": _dense,
    "Conv2D": _convolution,
    "Conv2DTranspose": _convolution,
    "BatchNormalization": _batch_normalization,
    "LayerNormalization": _layer_normalization,
    "Reshape": _reshape,
    "Cropping2D": _crop,
    "ZeroPadding2D": _pad,
    "Flatten": lambda *_: nn.Flatten(),
    "Dropout": lambda layer, *_: nn.Dropout(layer.rate),
    "LeakyReLU": lambda layer, *_: nn.LeakyReLU(layer.negative_slope),
    "ReLU": lambda *_: nn.ReLU(),
    "Activation": lambda layer, *_: ACTIVATIONS[layer.activation.__name__],
    "Rescaling": lambda layer, *_: lambda x: x * layer.scale + layer.offset,
    "MaxPooling2D": lambda *_: nn.MaxPool2d(2),
    "Embedding": lambda layer, *_: nn.Embedding(layer.input_dim, layer.output_dim),
    "Concatenate": lambda *_: lambda *xs: torch.cat(xs, dim=1),
    "Add": lambda *_: lambda a, b: a + b,
    "Multiply": lambda *_: lambda a, b: a * b,
    "Dot": lambda *_: lambda a, b: (a * b).sum(1, keepdim=True),
    "DepthToSpace": lambda layer, *_: lambda x: F.pixel_shuffle(x, layer.block_size),
    "SpaceToDepth": lambda layer, *_: lambda x: F.pixel_unshuffle(x, layer.block_size),
}
