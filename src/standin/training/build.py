"""`build_model`: an untrained generative model from its class and arguments."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from standin.core import instantiate
from standin.core.errors import InputError
from standin.training.backend import make_reproducible
from standin.training.generative_model import GenerativeModel
from standin.training.precision import dtype_scope

SUPPLIED = (*instantiate.SUPPLIED, "n_conditions", "seed")
"""Arguments of a generative model that `build_model` supplies."""


def build_model(
    target: str,
    image_shape: Sequence[int],
    n_classes: int,
    seed: int,
    arguments: Mapping[str, Any],
    n_conditions: int = 0,
    precision: str = "float32",
) -> GenerativeModel:
    """An untrained model of the class `target`.

    Args:
        target: dotted name of a `GenerativeModel` class.
        image_shape: (height, width, channels); height and width 8 to 96, channels 1 or 3.
        n_classes, n_conditions: number of classes, and of conditions per image, of the data; each is passed to models
            conditioned on it.
        seed: of initial weights and of the random numbers drawn in training.
        arguments: the class's other constructor arguments.
        precision: `float32`; or `mixed_bfloat16`: layers compute with 16 bits, weights stay in float32, unless the
            class is `float32_only`. It applies to training: a loaded model computes in float32.

    Raises:
        InputError: if `target` is not a generative model, the shape or the precision is not supported, an argument is
            unknown, or the data has no classes or conditions to learn from.
    """
    model_class: Any = instantiate.resolve_target(target)
    check_arguments(target, arguments)
    height, width, channels = image_shape
    if not (8 <= height <= 96 and 8 <= width <= 96 and channels in (1, 3)):
        raise InputError(f"image_shape must be 8 to 96 pixels a side with 1 or 3 channels, got {tuple(image_shape)}")
    make_reproducible(seed)
    if model_class.condition is not None:
        name, number = ("n_classes", n_classes) if model_class.condition == "labels" else ("n_conditions", n_conditions)
        if not number:
            raise InputError(f"{target} learns from {model_class.condition}, but the data has none")
        arguments = {**arguments, name: number}
    with dtype_scope("float32" if model_class.float32_only else precision):
        return model_class(image_shape=tuple(image_shape), seed=seed, **arguments)


def check_arguments(target: str, arguments: Mapping[str, Any], where: str | None = None) -> None:
    """As `standin.core.instantiate.check_arguments`; also raises InputError if `target` is not a generative model."""
    model_class = instantiate.resolve_target(target)
    if not (inspect.isclass(model_class) and issubclass(model_class, GenerativeModel)):
        raise InputError(f"_target_ must name a generative model, got {target!r}")
    instantiate.check_arguments(target, arguments, where, SUPPLIED)
