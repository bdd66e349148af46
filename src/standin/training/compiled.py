"""Compiled networks, kept to be trained again from other weights.

Compiling takes 1.3 to 1.9 s, as long as hundreds of steps of a small network, and every arm and seed of a data set
trains the same one (docs/decisions/0015).
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import keras
import numpy as np

MOST_KEPT = 4
_kept: dict[str, "CompiledNetwork"] = {}
"""Those that nobody trains just now; the one used last stands last."""


class CompiledNetwork:
    """A compiled network whose optimizer can start again.

    Args:
        network: just built.
        compile_network: compiles it in place.

    Attributes:
        network: the compiled network.
        variables: its weights, batch statistics and states of random generators.
    """

    def __init__(self, network: keras.Model, compile_network: Callable[[keras.Model], None]) -> None:
        self.network = network
        self.variables = list(network.variables)  # once compiled, it has those of metrics too
        compile_network(network)
        # Keras would build it in the first step: too late to restore a checkpoint.
        network.optimizer.build(network.trainable_variables)
        # The learning rate is among them where it is constant.
        self._fresh = [keras.ops.convert_to_numpy(v.value) for v in network.optimizer.variables]

    @property
    def state(self) -> list[keras.Variable]:
        """All that a checkpoint has to hold."""
        return [*self.variables, *self.network.optimizer.variables]

    def reset_optimizer(self) -> None:
        """Gives every variable of the optimizer the value that it had before the first step."""
        _assign(self.network.optimizer.variables, self._fresh)


@contextmanager
def compiled_like(
    model: keras.Model, key: str, build: Callable[[], keras.Model], compile_network: Callable[[keras.Model], None]
) -> Iterator[CompiledNetwork]:
    """A compiled network to train in place of `model`, which has the trained weights when the block ends.

    Args:
        model: stays uncompiled, so that its file holds no optimizer.
        key: identifies all that the compiled step depends on.
        build: gives another network like `model`.
        compile_network: compiles it in place.
    """
    compiled = _kept.pop(key, None) or CompiledNetwork(build(), compile_network)
    variables = list(model.variables)
    _assign(compiled.variables, [v.value for v in variables])
    yield compiled
    _assign(variables, [v.value for v in compiled.variables])
    _kept[key] = compiled
    for oldest in list(_kept)[:-MOST_KEPT]:
        _kept.pop(oldest, None)


def _assign(variables: Sequence[keras.Variable], values: Sequence[np.ndarray]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
