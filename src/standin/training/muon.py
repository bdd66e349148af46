"""Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon): momentum with orthogonalized updates."""

from typing import Any

import keras
from keras import ops

from standin.training.optimizers import averaging

ADAM_BETAS = (0.85, 0.99)
"""Of the moving averages of gradients and of their squares: trainings of some hundred steps."""


@keras.saving.register_keras_serializable("standin")
class Muon(keras.optimizers.Muon):
    """Keras' Muon for kernels of convolutions, and AdamW for all other weights.

    Keras' own class updates every kernel of a convolution with AdamW. Here, as in airbench, a kernel (height, width,
    inputs, outputs) is a matrix (height * width * inputs, outputs).

    Args:
        rescale: give each kernel the norm sqrt(outputs) before each step. The norm has no effect on the outputs of a
            network that normalizes after each convolution; the learning rate then sets the angle of a step.
        options: as for Keras' class.
    """

    def __init__(self, learning_rate: Any = 0.001, rescale: bool = True, **options: Any) -> None:
        super().__init__(learning_rate, **options)
        self.rescale = rescale

    def _should_use_adamw(self, variable: Any) -> bool:
        return len(variable.shape) != 4

    def _muon_update_step(self, gradient: Any, variable: Any, lr: Any, m: Any) -> None:
        m.assign(m * self.momentum + gradient)
        direction = gradient + m * self.momentum if self.nesterov else m
        outputs = variable.shape[-1]
        update = self.zeropower_via_newtonschulz5(ops.reshape(direction, (-1, outputs)), self.ns_steps)
        norm = ops.norm(ops.reshape(variable, (-1,)))
        kernel = variable * (outputs**0.5 / norm) if self.rescale else variable
        variable.assign(kernel - ops.reshape(self.lr_adjust(lr * update), variable.shape))

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"rescale": self.rescale}


@keras.saving.register_keras_serializable("standin")
class MuonWithSGD(Muon):
    """Muon for kernels of convolutions, and stochastic gradient descent with Nesterov's momentum for all other weights,
    as in airbench.

    Args:
        matrix_ratio, vector_ratio: the learning rates of matrices and of vectors, as multiples of Muon's.
        sgd_momentum: of their gradients.
        options: as for `Muon`.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rescale: bool = True,
        matrix_ratio: float = 1.0,
        vector_ratio: float = 1.0,
        sgd_momentum: float = 0.85,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, rescale, **{**options, "adam_lr_ratio": 1.0})
        self.matrix_ratio, self.vector_ratio, self.sgd_momentum = matrix_ratio, vector_ratio, sgd_momentum

    def _adamw_update_step(self, gradient: Any, variable: Any, learning_rate: Any, m: Any, v: Any) -> None:
        ratio = self.matrix_ratio if len(variable.shape) == 2 else self.vector_ratio
        m.assign(m * self.sgd_momentum + gradient)
        step = gradient + m * self.sgd_momentum
        variable.assign(variable - ops.cast(learning_rate, variable.dtype) * ratio * step)

    def get_config(self) -> dict[str, Any]:
        own = ("matrix_ratio", "vector_ratio", "sgd_momentum")
        return super().get_config() | {name: getattr(self, name) for name in own}


def muon(
    learning_rate: Any,
    momentum: float = 0.6,
    orthogonalization_steps: int = 3,
    adam_ratio: float = 0.05,
    rescale: bool = True,
    moving_average: float | None = None,
    weight_decay: float | None = None,
) -> keras.optimizers.Optimizer:
    """Muon for kernels of convolutions, and AdamW for all other weights.

    Args:
        learning_rate: a number or a Keras schedule; .24 in airbench.
        momentum: Nesterov's, of the kernels' gradients.
        orthogonalization_steps: iterations of Newton and Schulz.
        adam_ratio: AdamW's learning rate, as a fraction of Muon's.
        rescale: see `Muon`; false for networks without normalization.
        moving_average: decay of the moving average of the weights, in full from the second step on; None: no average.
        weight_decay: fraction of each weight, times the learning rate, that a step subtracts, except from rescaled
            kernels; None: none.
    """
    return Muon(
        learning_rate,
        rescale,
        adam_lr_ratio=adam_ratio,
        adam_beta_1=ADAM_BETAS[0],
        adam_beta_2=ADAM_BETAS[1],
        **_common(momentum, orthogonalization_steps, rescale, moving_average, weight_decay),
    )


def muon_with_sgd(
    learning_rate: Any,
    momentum: float = 0.6,
    orthogonalization_steps: int = 3,
    matrix_ratio: float = 1430.0,
    vector_ratio: float = 113.0,
    rescale: bool = True,
    moving_average: float | None = None,
    weight_decay: float | None = None,
) -> keras.optimizers.Optimizer:
    """Muon for kernels of convolutions, and gradient descent for all other weights: the optimizer of airbench.

    Its high rates are for a loss averaged over the batch and logits divided by the number of features, as `airbench`
    computes them. With any other network, use `muon`.

    Args:
        matrix_ratio, vector_ratio: the learning rates of matrices (the last layer) and of vectors (biases), as
            multiples of Muon's: airbench's .67 and .053, of a loss summed over 512 images, divided by .24.
        momentum, orthogonalization_steps, rescale, moving_average, weight_decay: as for `muon`.
    """
    common = _common(momentum, orthogonalization_steps, rescale, moving_average, weight_decay)
    return MuonWithSGD(learning_rate, rescale, matrix_ratio, vector_ratio, **common)


def _common(
    momentum: float, steps: int, rescale: bool, moving_average: float | None, weight_decay: float | None
) -> dict[str, Any]:
    return {
        "momentum": momentum,
        "ns_steps": steps,
        "rms_rate": None,
        "weight_decay": None if rescale else weight_decay,
        "adam_weight_decay": weight_decay,
        **averaging(moving_average),
    }
