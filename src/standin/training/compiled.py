"""A cache of compiled networks, which are trained again from other weights.

Compiling takes 1.3 to 1.9 s, as long as hundreds of steps of a small network, and every arm and seed of a data set
trains the same one (docs/decisions/0015).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import keras

from standin.training.checkpoint import assign

MOST_KEPT = 4
_kept: dict[str, "CompiledNetwork"] = {}
"""Networks that are not in use, the most recently used last."""


class CompiledNetwork:
    """A compiled network whose optimizer can be reset.

    Args:
        network: just built.
        compile_network: compiles it in place.

    Attributes:
        variables: its weights, batch statistics and states of random generators.
        state: all variables that a checkpoint holds: these and the optimizer's.
    """

    def __init__(self, network: keras.Model, compile_network: Callable[[keras.Model], None]) -> None:
        self.network = network
        self.variables = list(network.variables)  # before compiling adds those of metrics
        compile_network(network)
        # Keras would build it in the first step: too late to restore a checkpoint.
        network.optimizer.build(network.trainable_variables)
        self.state = [*self.variables, *network.optimizer.variables]
        # A constant learning rate is among them.
        self._initial = [keras.ops.convert_to_numpy(v.value) for v in network.optimizer.variables]

    def reset_optimizer(self) -> None:
        """Restores the optimizer's initial state."""
        assign(self.network.optimizer.variables, self._initial)


@contextmanager
def compiled_like(
    model: keras.Model, key: str, build: Callable[[], keras.Model], compile_network: Callable[[keras.Model], None]
) -> Iterator[CompiledNetwork]:
    """A compiled network to train in place of `model`, which receives the trained weights when the block ends.

    Args:
        model: stays uncompiled, so that its file holds no optimizer.
        key: identifies everything that the compiled step depends on.
        build: builds another network with the same variables as `model`, possibly of another precision.
        compile_network: compiles it in place.
    """
    compiled = _kept.pop(key, None) or CompiledNetwork(build(), compile_network)
    assign(compiled.variables, [v.value for v in model.variables])
    yield compiled
    assign(model.variables, [v.value for v in compiled.variables])
    _kept[key] = compiled
    for oldest in list(_kept)[:-MOST_KEPT]:
        _kept.pop(oldest, None)
