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
    fastest form.

    Args:
        learning_rate, beta_1, beta_2: of the paper; the first a number or a Keras schedule.
        moving_average: decay of the moving average of the weights (`ema_decay_at`); None: no average is kept.
        weight_decay: fraction of each weight, times the learning rate, that a step subtracts; None: none.
    """
    average = {} if moving_average is None else {"use_ema": True, "ema_momentum": moving_average}
    return backend.active().Adam(learning_rate, beta_1, beta_2, weight_decay=weight_decay, **average)


def sgd(
    learning_rate: Any, momentum: float = 0.9, moving_average: float | None = None, weight_decay: float | None = None
) -> keras.optimizers.Optimizer:
    """Stochastic gradient descent with Nesterov's momentum (Sutskever et al. 2013); arguments as for `adam`. Its moving
    average has the full decay from the second step on."""
    average = {} if moving_average is None else {"use_ema": True, "ema_momentum": moving_average}
    return keras.optimizers.SGD(learning_rate, momentum, nesterov=True, weight_decay=weight_decay, **average)


def ema_decay_at(step: Any, decay: float) -> Any:
    """The decay of a moving average in a step: `decay`, and less while there are few steps to average over.

    The average is then that of about the last tenth of all steps. With .999 from the start, 43% of it would still be
    the weights of the first step after 842 steps, two epochs of MNIST: docs/decisions/0018.

    Args:
        step: from 0, in which nothing of the initial average is kept.
    """
    step = ops.cast(step, "float32")
    return ops.minimum(decay, step / (9.0 + step))
