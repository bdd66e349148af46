"""The optimizer of generative models and classifiers."""

from typing import Any

import keras
from keras import ops

from standin.training import backend


def adam(
    learning_rate: Any,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    moving_average: float | None = None,
    weight_decay: float | None = None,
) -> keras.optimizers.Optimizer:
    """Adam (Kingma and Ba 2015), or AdamW (Loshchilov and Hutter 2019), by the active backend's fewest passes over the
    weights.

    Args:
        learning_rate, beta_1, beta_2: of the paper; the first a number or one of Keras' schedules.
        moving_average: decay of the moving average of the weights that it keeps beside them (`ema_decay_at`), or None.
        weight_decay: share of each weight, times the learning rate, that a step takes away; or None.
    """
    average = {} if moving_average is None else {"use_ema": True, "ema_momentum": moving_average}
    return backend.active().Adam(learning_rate, beta_1, beta_2, weight_decay=weight_decay, **average)


def ema_decay_at(step: Any, decay: float) -> Any:
    """What a moving average keeps of itself in a step: `decay`, and less while there are few steps to average over.

    It is then the mean over about the last tenth of all steps. Kept at .999 from the start, 43% of it would still be
    the weights of the first step after 842, two epochs of MNIST: docs/decisions/0018.

    Args:
        step: from 0, which keeps nothing.
    """
    step = ops.cast(step, "float32")
    return ops.minimum(decay, step / (9.0 + step))
