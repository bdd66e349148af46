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
"""Arguments of a generative model that `build_model` gives itself."""


def build_model(
    target: str,
    image_shape: Sequence[int],
    n_classes: int,
    seed: int,
    arguments: Mapping[str, Any],
    n_conditions: int = 0,
    precision: str = "float32",
) -> GenerativeModel:
    """The untrained model that `target` names, with initial weights drawn from `seed`.

    Args:
        target: dotted name of a `GenerativeModel` class.
        image_shape: (height, width, channels); height and width 8 to 64, channels 1 or 3.
        n_classes: number of classes; passed on to models conditioned on labels.
        seed: of initial weights and of the noise drawn while training.
        arguments: the class's other constructor arguments.
        n_conditions: number of conditions of each image; passed on to models conditioned on them.
        precision: `float32`; or `mixed_bfloat16`, in which layers compute with 16 bits and keep their weights in
            float32. It applies to training: a model that is saved and loaded computes in float32.

    Raises:
        InputError: if `target` is no generative model, the shape or the precision is not supported, an argument is
            unknown, or there are no classes or conditions to learn from.
    """
    model_class: Any = instantiate.resolve_target(target)
    check_arguments(target, arguments)
    height, width, channels = image_shape
    if not (8 <= height <= 64 and 8 <= width <= 64 and channels in (1, 3)):
        raise InputError(f"image_shape must be 8 to 64 pixels a side with 1 or 3 channels, got {tuple(image_shape)}")
    make_reproducible(seed)
    if model_class.condition is not None:
        name, number = ("n_classes", n_classes) if model_class.condition == "labels" else ("n_conditions", n_conditions)
        if not number:
            raise InputError(f"{target} learns from {model_class.condition}, but the data has none")
        arguments = {**arguments, name: number}
    with dtype_scope(precision):
        return model_class(image_shape=tuple(image_shape), seed=seed, **arguments)


def check_arguments(target: str, arguments: Mapping[str, Any], where: str | None = None) -> None:
    """Checks arguments against the constructor of a generative model, as `standin.core.instantiate.check_arguments`.

    Raises:
        InputError: if `target` is not a generative model; or one line for each wrong argument.
    """
    model_class = instantiate.resolve_target(target)
    if not (inspect.isclass(model_class) and issubclass(model_class, GenerativeModel)):
        raise InputError(f"_target_ must name a generative model, got {target!r}")
    instantiate.check_arguments(target, arguments, where, SUPPLIED)
