"""The layers of a Keras network in the order in which it computes them."""

from collections.abc import Iterator
from typing import Any

import keras


def functional(network: keras.Model) -> Any:
    """The functional model that a sequential one is made of; any other as it is."""
    return network._functional if isinstance(network, keras.Sequential) else network


def nodes(network: keras.Model) -> Iterator[Any]:
    """Each call of a layer, with `operation`, `arguments.keras_tensors`, `outputs` and `is_input`."""
    by_depth = functional(network)._nodes_by_depth
    for depth in sorted(by_depth, reverse=True):
        yield from by_depth[depth]
