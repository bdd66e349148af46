"""Adam for variables that have no gradient until some step."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("standin")
class LateStart(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate with Adam's bias correction (Kingma and Ba 2015, section 3) counted from step `first`.

    Adam divides by running means that start from zero, and corrects for that by the number of steps. Where gradients
    were zero so far, the means are still zero but the correction has ended: the first steps would be up to
    (1 - beta_1) / sqrt(1 - beta_2) times too long: 16 times with .5 and .999.

    Args:
        learning_rate: what it is otherwise.
        first: how many steps have no gradient.
        beta_1, beta_2: of Adam.
    """

    def __init__(self, learning_rate: float, first: int, beta_1: float, beta_2: float) -> None:
        self.learning_rate, self.first, self.beta_1, self.beta_2 = learning_rate, first, beta_1, beta_2

    def __call__(self, step: Any) -> Any:
        own = ops.cast(step, "float32") - self.first + 1
        counted = ops.maximum(own, 1.0)
        correction = ops.sqrt(1 - self.beta_2**counted) / (1 - self.beta_1**counted)
        return self.learning_rate * ops.where(own < 1, 1.0, correction)

    def get_config(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("learning_rate", "first", "beta_1", "beta_2")}
