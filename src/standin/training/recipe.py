"""The configured training recipe of a network: optimizer, schedule, loss and regularization.

A part is a name listed in `PARTS`, or a mapping with `_target_` and arguments. Its function receives these arguments
and those in `SUPPLIED`:

    recipe: {optimizer: adamw, schedule: constant, label_smoothing: 0.1}
    recipe: {optimizer: {_target_: standin.training.optimizers.sgd, momentum: 0.95}}
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np
from keras import ops

from standin.core.errors import InputError
from standin.core.instantiate import argument_names, arguments_of, check_arguments, resolve_target
from standin.training.augmentation import AUGMENT, resolve_augmentation
from standin.training.muon import muon, muon_with_sgd
from standin.training.optimizers import adam, sgd

Part = str | Mapping[str, Any]
Targets = Literal["labels", "probabilities", "values"]
"""What a network learns to predict: (n,) integer labels, (n, n_classes) class probabilities, or (n, k) real values."""


@dataclass(frozen=True)
class Recipe:
    """The training settings of a network, apart from its number of steps, batch size and learning rate.

    Attributes:
        optimizer: `muon` (Jordan et al. 2024), `muon_with_sgd` (for `airbench` only), `adamw` (Loshchilov and Hutter
            2019) or `sgd` (with Nesterov momentum).
        schedule: of the learning rate: `triangular` (up to it, then down to zero; Smith 2017), `cosine` (to zero;
            Loshchilov and Hutter 2017) or `constant`.
        loss: `cross_entropy` (of logits) for labels and probabilities; `mse` for values, which are standardized. The
            function of a `_target_` is given the probabilities where an arm has them in place of labels.
        label_smoothing: probability moved from the label, or from given probabilities, to all classes equally
            (Szegedy et al. 2016).
        weight_decay: fraction of each weight, times the learning rate, that a step subtracts.
        weight_averaging: decay of an exponential moving average that replaces the weights at the end; None: the last
            weights.
        augmentation: see `standin.training.augmentation.resolve_augmentation`.
        average_mirrored: whether the trained network returns the mean outputs for an image and its mirror image.
    """

    optimizer: Part = "adamw"
    schedule: Part = "cosine"
    loss: Part = "cross_entropy"
    label_smoothing: float = 0.0
    weight_decay: float = 1e-3
    weight_averaging: float | None = None
    augmentation: Mapping[str, Any] | None = None
    average_mirrored: bool = False


def constant(learning_rate: float, steps: int) -> float:
    """The same learning rate in every step."""
    return learning_rate


def cosine(learning_rate: float, steps: int, final: float = 0.0) -> Any:
    """Half a cosine wave, from the learning rate down to its fraction `final` after `steps` steps."""
    return keras.optimizers.schedules.CosineDecay(learning_rate, steps, alpha=final)


class Triangular(keras.optimizers.schedules.LearningRateSchedule):
    """See `triangular`."""

    def __init__(self, learning_rate: float, steps: int, warmup: float) -> None:
        self.learning_rate, self.steps, self.warmup = learning_rate, steps, warmup

    def __call__(self, step: Any) -> Any:
        progress = (ops.cast(step, "float32") + 0.5) / self.steps
        rising = progress / self.warmup if self.warmup else 1.0
        return self.learning_rate * ops.clip(ops.minimum(rising, (1.0 - progress) / (1.0 - self.warmup)), 0.0, 1.0)

    def get_config(self) -> dict[str, Any]:
        return dict(vars(self))


def triangular(learning_rate: float, steps: int, warmup: float = 0.1) -> Any:
    """Linearly up to the learning rate in the fraction `warmup` of all steps, then linearly down to zero."""
    if not 0 <= warmup < 1:
        raise InputError(f"schedule.warmup must be at least 0 and less than 1, got {warmup}")
    return Triangular(learning_rate, steps, warmup)


def cross_entropy(label_smoothing: float) -> Any:
    """Cross-entropy of integer labels and logits."""
    if not label_smoothing:
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def smoothed(labels: Any, logits: Any) -> Any:
        one_hot = ops.one_hot(ops.cast(ops.reshape(labels, (-1,)), "int32"), logits.shape[-1])
        return keras.losses.categorical_crossentropy(one_hot, logits, from_logits=True, label_smoothing=label_smoothing)

    return smoothed


def soft_cross_entropy(label_smoothing: float) -> Any:
    """Cross-entropy of class probabilities and logits, as in distillation (Hinton et al. 2015) at temperature 1; equal
    to `cross_entropy` for probabilities of 0 and 1."""
    return keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=label_smoothing)


def mean_squared_error(label_smoothing: float) -> Any:
    """Mean squared error of values, which have no labels to smooth."""
    if label_smoothing:
        raise InputError(f"label_smoothing must be 0 for loss mse, got {label_smoothing}")
    return keras.losses.MeanSquaredError()


PARTS: dict[str, dict[str, Callable[..., Any]]] = {
    "optimizer": {"muon": muon, "muon_with_sgd": muon_with_sgd, "adamw": adam, "sgd": sgd},
    "schedule": {"triangular": triangular, "cosine": cosine, "constant": constant},
    "loss of labels": {"cross_entropy": cross_entropy},
    "loss of probabilities": {"cross_entropy": soft_cross_entropy},
    "loss of values": {"mse": mean_squared_error},
}
ACCURACY = {
    "labels": keras.metrics.SparseCategoricalAccuracy,
    "probabilities": keras.metrics.CategoricalAccuracy,
}
"""Given to Keras as objects: it would create the variables of a named metric while tracing the step, so that TensorFlow
would trace it again."""
SUPPLIED = {
    "optimizer": ("learning_rate", "weight_decay", "moving_average"),
    "schedule": ("learning_rate", "steps"),
    "loss": ("label_smoothing",),
    "augmentation": ("images", "rng"),
}


def compile_network(
    network: keras.Model, recipe: Recipe, *, learning_rate: float, steps: int, targets: Targets = "labels"
) -> None:
    """Compiles a network for Keras' `fit`; classifiers also log their accuracy on training batches.

    Args:
        learning_rate: the initial one.
        steps: the length of the schedule.

    Raises:
        InputError: a part of the recipe has an unknown name.
    """
    network.compile(
        optimizer=_optimizer(recipe, learning_rate, steps),
        loss=_loss(recipe, targets),
        metrics=[ACCURACY[targets](name="accuracy")] if targets in ACCURACY else [],
        jit_compile=keras.backend.backend() == "jax",
    )


def check_recipe(where: str, settings: Mapping[str, Any], targets: Targets) -> None:
    """Checks a recipe before anything is trained.

    Args:
        where: the parameter, for messages.
        settings: `recipe` of a configuration entry.

    Raises:
        InputError: names the part, the error, and what was expected.
    """
    recipe = Recipe(**settings)
    described: dict[str, Any] = {part: getattr(recipe, part) for part in SUPPLIED}
    if recipe.augmentation is not None:
        described["augmentation"] = {"_target_": AUGMENT, **recipe.augmentation}
    for part, supplied in SUPPLIED.items():
        value = described[part]
        if isinstance(value, Mapping):
            target, arguments = arguments_of(value)
            try:
                known = argument_names(target)
            except InputError as error:
                raise InputError(f"{where}.{part}: {error}") from None
            if set(supplied) - known:
                raise InputError(f"{where}.{part}: {target} must take the arguments {', '.join(supplied)}")
            check_arguments(target, arguments, f"{where}.{part}", supplied)
    try:
        _optimizer(recipe, learning_rate=1e-3, steps=1)
        _loss(recipe, targets)
    except InputError as error:
        raise InputError(f"{where}.{error}") from None
    if augment := resolve_augmentation(recipe.augmentation):
        try:
            augment(np.zeros((2, 8, 8, 1), np.uint8), np.random.default_rng(0), np.zeros(2, np.int64))
        except ValueError as error:
            raise InputError(f"{where}.augmentation: {error}") from None


def _optimizer(recipe: Recipe, learning_rate: float, steps: int) -> keras.optimizers.Optimizer:
    schedule = _build("schedule", recipe.schedule, learning_rate=learning_rate, steps=steps)
    regularization = {"weight_decay": recipe.weight_decay, "moving_average": recipe.weight_averaging}
    return _build("optimizer", recipe.optimizer, learning_rate=schedule, **regularization)


def _loss(recipe: Recipe, targets: Targets) -> Any:
    return _build(f"loss of {targets}", recipe.loss, label_smoothing=recipe.label_smoothing)


def _build(part: str, value: Part, **supplied: Any) -> Any:
    if isinstance(value, str):
        named = PARTS[part]
        if value not in named:
            key, valid = part.partition(" ")[0], " or ".join(named)
            raise InputError(f"{key}: must be {valid}, or a mapping with _target_, got {value!r}")
        return named[value](**supplied)
    target, arguments = arguments_of(value)
    return resolve_target(target)(**supplied, **arguments)
