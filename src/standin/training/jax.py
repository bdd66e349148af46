"""The alternating step on JAX: one of the two files that import a backend.

Keras variables cannot be changed inside a JAX trace. In a `StatelessScope`, reads and writes of variables use a table
of arrays instead, which is the step's state and result.
"""

from typing import Any

import jax
import keras
from keras import ops

from standin.training.optimizers import ema_decay_at


@keras.saving.register_keras_serializable("standin")
class Adam(keras.optimizers.Adam):
    """Keras' Adam, whose passes XLA fuses into one, with the moving average of `ema_decay_at`."""

    def _update_model_variables_moving_average(self, trainable_variables: Any) -> None:
        if not self.use_ema:
            return
        kept = ema_decay_at(self.iterations, self.ema_momentum)
        for variable, average in zip(trainable_variables, self._model_variables_moving_average, strict=True):
            average.assign(kept * average + (1.0 - kept) * variable)


def train_step(model: Any, state: Any, batch: Any) -> Any:
    """One round of all players: (state, batch) -> (logs, new state), as Keras' JAX trainer expects."""
    trainable, non_trainable, optimizer, metrics = state
    variables = model.trainable_variables + model.non_trainable_variables
    state = zip([*variables, *model.metrics_variables], [*trainable, *non_trainable, *metrics], strict=True)
    scope = keras.StatelessScope([*state])
    with scope:
        logs = model.play_round(batch, _ValueAndGradients(variables, scope))
    after = [scope.get_current_value(v) for v in variables]
    metrics = [scope.get_current_value(v) for v in model.metrics_variables]
    return logs, (after[: len(trainable)], after[len(trainable) :], optimizer, metrics)


class _ValueAndGradients:
    """`value_and_gradients(loss, variables)` on the state held by `scope`."""

    def __init__(self, state: list[Any], scope: Any) -> None:
        self.state = state
        self.scope = scope

    def __call__(self, loss: Any, variables: Any) -> Any:
        current = [self.scope.get_current_value(v) for v in self.state]
        trained = {id(v) for v in variables}

        def pure(values: Any) -> Any:
            moved = dict(zip([id(v) for v in variables], values, strict=True))
            inner = keras.StatelessScope([(v, moved.get(id(v), x)) for v, x in zip(self.state, current, strict=True)])
            with inner:
                value, logs = loss()
            return value, (logs, [inner.get_current_value(v) for v in self.state])

        start = [self.scope.get_current_value(v) for v in variables]
        (value, (logs, after)), gradients = jax.value_and_grad(pure, has_aux=True)(start)
        # Batch statistics and seeds changed during the forward pass; the player's variables change later.
        for variable, array in zip(self.state, after, strict=True):
            if id(variable) not in trained:
                self.scope.add_update((variable, array))
        return (value, logs), gradients


def input_gradient(function: Any, inputs: Any) -> Any:
    """d sum(function(inputs)) / d inputs, itself differentiable; `function` must not update state."""
    return jax.grad(lambda x: ops.sum(function(x)))(inputs)


def normalized(grids: Any, scale: Any, offset: Any, epsilon: float) -> tuple[Any, Any, Any]:
    """(n, height, width, channels) normalized to mean 0 and variance 1 per channel, then scaled and shifted; and the
    means and variances of the input."""
    mean, variance = ops.moments(ops.cast(grids, "float32"), axes=(0, 1, 2))
    return normalized_by(grids, mean, variance, scale, offset, epsilon), mean, variance


def normalized_by(grids: Any, mean: Any, variance: Any, scale: Any, offset: Any, epsilon: float) -> Any:
    """(n, height, width, channels) normalized by these means and variances per channel, then scaled and shifted."""
    exact = ops.cast(grids, "float32")
    outputs = ops.batch_normalization(exact, mean, variance, axis=-1, offset=offset, scale=scale, epsilon=epsilon)
    return ops.cast(outputs, grids.dtype)


def silu(inputs: Any) -> Any:
    """inputs * sigmoid(inputs)."""
    return jax.nn.silu(inputs)


def compiled(network: Any) -> Any:
    """`network(inputs)` in inference mode as one compiled call with the current weights."""
    call = jax.jit(lambda *state_and_inputs: network.stateless_call(*state_and_inputs, training=False)[0])

    def values(variables: Any) -> list[Any]:
        return [v.value for v in variables]

    return lambda inputs: call(values(network.trainable_variables), values(network.non_trainable_variables), inputs)


def stream(batches: Any) -> Any:
    """An endless stream of batches of one shape, in the most efficient form for `fit`."""
    return _Endless(batches)


class _Endless(keras.utils.PyDataset):
    """Batches by index; the only Python data source of Keras that supports dictionaries."""

    num_batches = None

    def __init__(self, batches: Any) -> None:
        super().__init__()
        self.batches = batches

    def __getitem__(self, index: int) -> Any:
        return self.batches[index]


def steps_at_once(steps: int) -> int:
    """1: Keras would unroll several, which multiplies the time to compile."""
    return 1


def accelerators() -> list[str]:
    """Names of the GPUs or TPUs that JAX can use, in order."""
    return [device.device_kind for device in jax.devices() if device.platform != "cpu"]


def make_deterministic() -> None:
    """Does nothing: JAX is deterministic on CPU, and on GPU follows XLA_FLAGS set before start."""
