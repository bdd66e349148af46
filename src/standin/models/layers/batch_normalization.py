"""Batch normalization (Ioffe and Szegedy 2015) in the active backend's fastest implementation."""

from typing import Any

import keras

from standin.training import backend


@keras.saving.register_keras_serializable("standin")
class BatchNormalization(keras.layers.BatchNormalization):
    """Keras' formulas, with moving averages over about ten steps, since training runs here are short.

    Keras reads and writes each value of a grid up to a dozen times, which in the first layers of a convolutional
    network takes as long as the convolutions.
    """

    def __init__(self, momentum: float = 0.9, **options: Any) -> None:
        super().__init__(momentum=momentum, **options)

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        if mask is not None or len(inputs.shape) != 4:
            return super().call(inputs, training=training, mask=mask)
        ones, zeros = keras.ops.ones(inputs.shape[-1:]), keras.ops.zeros(inputs.shape[-1:])
        gamma, beta = self.gamma if self.scale else ones, self.beta if self.center else zeros
        if not (training and self.trainable):
            moments = self.moving_mean, self.moving_variance
            return backend.active().normalized_by(inputs, *moments, gamma, beta, self.epsilon)
        outputs, mean, variance = backend.active().normalized(inputs, gamma, beta, self.epsilon)
        for moving, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            moving.assign(moving * self.momentum + new * (1.0 - self.momentum))
        return outputs
