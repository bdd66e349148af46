"""The alternating step on TensorFlow: one of the two files that import a backend."""

from typing import Any

import tensorflow as tf


def value_and_gradients(loss: Any, variables: Any) -> Any:
    """((value, logs), gradients) of `loss()` with respect to `variables`."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([v.value for v in variables])
        value, logs = loss()
    return (value, logs), tape.gradient(value, [v.value for v in variables])


def train_step(model: Any, batch: Any) -> dict[str, Any]:
    """One round of all players; `batch` is what `fit` hands over."""
    return model.play_round(batch, value_and_gradients)


def input_gradient(function: Any, inputs: Any) -> Any:
    """d sum(function(inputs)) / d inputs, itself differentiable."""
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = function(inputs)
    return tape.gradient(outputs, inputs)


def compiled(network: Any) -> Any:
    """`network(inputs)` in inference mode as one compiled call, always with its current weights."""
    return tf.function(lambda inputs: network(inputs, training=False), reduce_retracing=True)


def make_deterministic() -> None:
    """Asks for kernels that give the same sum each time (no measurable cost on CPU)."""
    tf.config.experimental.enable_op_determinism()
