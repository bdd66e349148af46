"""Optimizers of generative models and classifiers."""

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
    """Adam (Kingma and Ba 2015) or, with weight decay, AdamW (Loshchilov and Hutter 2019), in the active backend's
    fastest implementation.

    Args:
        learning_rate: a number or a Keras schedule.
        moving_average: decay of the moving average of the weights (`ema_decay_at`); None: no average.
        weight_decay: fraction of each weight, times the learning rate, that a step subtracts; None: none.
    """
    return backend.active().Adam(learning_rate, beta_1, beta_2, weight_decay=weight_decay, **averaging(moving_average))


def sgd(
    learning_rate: Any, momentum: float = 0.9, moving_average: float | None = None, weight_decay: float | None = None
) -> keras.optimizers.Optimizer:
    """Stochastic gradient descent with Nesterov's momentum (Sutskever et al. 2013); arguments as for `adam`. Its moving
    average has the full decay from the second step on."""
    return keras.optimizers.SGD(
        learning_rate, momentum, nesterov=True, weight_decay=weight_decay, **averaging(moving_average)
    )


def averaging(decay: float | None) -> dict[str, Any]:
    """The arguments of a Keras optimizer that keeps a moving average of the weights."""
    return {} if decay is None else {"use_ema": True, "ema_momentum": decay}


def ema_decay_at(step: Any, decay: float) -> Any:
    """The decay of a moving average in a step, counted from 0: at most `decay`, and less in early steps.

    The average then covers about the last tenth of all steps. With .999 from the start, the weights of the first step
    would still contribute 43% after 842 steps, two epochs of MNIST: docs/decisions/0018.
    """
    step = ops.cast(step, "float32")
    return ops.minimum(decay, step / (9.0 + step))
