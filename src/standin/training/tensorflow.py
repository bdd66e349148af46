"""The alternating step on TensorFlow: one of the two files that import a backend."""

from typing import Any

import keras
import tensorflow as tf

from standin.training.optimizers import ema_decay_at

MOST_AT_ONCE = 25


def value_and_gradients(loss: Any, variables: Any) -> Any:
    """((value, logs), gradients) of `loss()` with respect to `variables`."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([v.value for v in variables])
        value, logs = loss()
    return (value, logs), tape.gradient(value, [v.value for v in variables])


def train_step(model: Any, batch: Any) -> dict[str, Any]:
    """One round of all players on a batch from `fit`."""
    return model.play_round(batch, value_and_gradients)


def input_gradient(function: Any, inputs: Any) -> Any:
    """d sum(function(inputs)) / d inputs, itself differentiable."""
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = function(inputs)
    return tape.gradient(outputs, inputs)


def compiled(network: Any) -> Any:
    """`network(inputs)` in inference mode as one compiled call with the current weights."""
    return tf.function(lambda inputs: network(inputs, training=False), reduce_retracing=True)


def normalized(grids: Any, scale: Any, offset: Any, epsilon: float) -> tuple[Any, Any, Any]:
    """(n, height, width, channels) normalized to mean 0 and variance 1 per channel, then scaled and shifted; and the
    means and variances of the input."""
    outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=grids, scale=scale, offset=offset, mean=[], variance=[], epsilon=epsilon, is_training=True
    )
    n = tf.cast(tf.size(grids) // tf.size(mean), variance.dtype)
    return outputs, mean, variance * (n - 1.0) / n  # the kernel returns the unbiased estimate


def normalized_by(grids: Any, mean: Any, variance: Any, scale: Any, offset: Any, epsilon: float) -> Any:
    """(n, height, width, channels) normalized by these means and variances per channel, then scaled and shifted."""
    tensors = {"scale": scale, "offset": offset, "mean": mean, "variance": variance}
    tensors = {name: tf.convert_to_tensor(value) for name, value in tensors.items()}
    return tf.raw_ops.FusedBatchNormV3(x=grids, **tensors, epsilon=epsilon, is_training=False).y


@tf.custom_gradient
def silu(inputs: Any) -> tuple[Any, Any]:
    """inputs * sigmoid(inputs), computed once and kept for the gradient, and the sigmoid in float32: TensorFlow's own
    computes it again, and in bfloat16 at half the speed."""
    gate = tf.cast(tf.sigmoid(tf.cast(inputs, tf.float32)), inputs.dtype)
    outputs = inputs * gate
    return outputs, lambda gradient: gradient * (gate + outputs * (1 - gate))


def stream(batches: Any) -> tf.data.Dataset:
    """An endless stream of batches of one shape, in the most efficient form for `fit`.

    Keras would build it with automatic tuning. Closing the stream then waits for the tuning thread, which wakes less
    and less often: 10 s without work followed an epoch of 10 s (TensorFlow 2.21). Nothing needs tuning here: the next
    batch is ready long before it is needed.
    """
    signature = tf.nest.map_structure(lambda array: tf.TensorSpec(array.shape, array.dtype), batches[0])
    options = tf.data.Options()
    options.autotune.enabled = False
    return (
        tf.data.Dataset.from_generator(lambda: iter(batches), output_signature=signature)
        .prefetch(2)
        .with_options(options)
    )


def steps_at_once(steps: int) -> int:
    """The number of steps per call, a divisor of `steps` per epoch: a call costs about as much as a step of a small
    network. It is small, so that progress is visible and Ctrl-C stops a run soon."""
    return max(number for number in range(1, MOST_AT_ONCE + 1) if steps % number == 0)


@keras.saving.register_keras_serializable("standin")
class Adam(keras.optimizers.Adam):
    """Keras' Adam with TensorFlow's fused kernels: the same formulas in fewer passes over the weights, which take most
    of the time of a step of a fully connected network.

    One result differs: if a batch uses an embedding vector several times, Keras' Adam on TensorFlow squares its
    gradients one by one instead of their sum, so that it moves further than the formulas say.
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        index = self._get_variable_index(variable)
        step = tf.cast(self.iterations + 1, variable.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.pow(tf.cast(self.beta_1, variable.dtype), step),
            beta2_power=tf.pow(tf.cast(self.beta_2, variable.dtype), step),
            lr=tf.cast(learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )

    def _update_model_variables_moving_average(self, trainable_variables: Any) -> None:
        if not self.use_ema:
            return
        kept = ema_decay_at(self.iterations.value, self.ema_momentum)
        for variable, average in zip(trainable_variables, self._model_variables_moving_average, strict=True):
            tf.raw_ops.ResourceApplyGradientDescent(
                var=average.value.handle, alpha=1.0 - kept, delta=average.value - variable.value
            )


def accelerators() -> list[str]:
    """Names of the GPUs that TensorFlow can use, in order."""
    gpus = tf.config.list_physical_devices("GPU")
    return [tf.config.experimental.get_device_details(gpu).get("device_name", "a GPU") for gpu in gpus]


def make_deterministic() -> None:
    """Enables deterministic kernels (no measurable cost on CPU)."""
    tf.config.experimental.enable_op_determinism()
