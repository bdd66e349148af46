"""Checks before anything is trained: arguments against signatures, and networks on the shape of the images."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from standin.config.schema import ROLES
from standin.core import instantiate
from standin.core.errors import InputError
from standin.core.instantiate import arguments_of, resolve_target


def check_arguments(data_set: str, entry: dict[str, Any]) -> None:
    """Checks the arguments of the source, of every network and of every generative model.

    Raises:
        InputError: one line for each wrong argument, with its key, what was expected, and the closest valid name.
    """
    from standin import training
    from standin.training.recipe import check_recipe

    described = {"source": entry["source"]} | {f"{role}.model": entry[role]["model"] for role in ROLES}
    checks: dict[str, Callable[[], None]] = {}
    for key, value in described.items():
        checks[key] = partial(instantiate.check_arguments, *arguments_of(value), where=f"{data_set}.{key}")
    for name, model in entry["generative_models"].items():
        key = f"generative_models.{name}"
        checks[key] = partial(training.check_arguments, *arguments_of(model), where=f"{data_set}.{key}")
    lines = []
    for key, check in checks.items():
        try:
            check()
        except InputError as error:
            whole = str(error)
            lines.append(whole if f"{data_set}.{key}" in whole else f"{data_set}.{key}: {whole}")
    if lines:
        raise InputError("\n".join(lines))
    for role in ROLES:
        check_recipe(f"{data_set}.{role}.recipe", entry[role]["recipe"], "values" if role == "regressor" else "labels")
    for name, model in entry["generative_models"].items():
        _check_model(data_set, entry, name, model)


def _check_model(data_set: str, entry: dict[str, Any], name: str, model: dict[str, Any]) -> None:
    """Checks what the signature of a generative model cannot say."""
    from standin import training

    model_class: Any = resolve_target(model["_target_"])
    try:
        model_class.check_options(arguments_of(model)[1])
        if model_class.condition == "conditions" and not entry["conditions"]:
            raise InputError(f"{model['_target_']} learns from conditions, but {data_set}.conditions names none")
        training.check_devices(model["training"]["devices"], model["training"]["batch_size"])
    except InputError as error:
        raise InputError(f"{data_set}.generative_models.{name}: {error}") from None


def check_networks(data_set: str, entry: dict[str, Any], train: dict[str, np.ndarray]) -> None:
    """Builds every network for images of this shape once, so that one that does not fit fails before any is trained.

    Args:
        train: arrays of the training split.

    Raises:
        InputError: with the parameter, and why the network cannot be built for these images.
    """
    from standin.training import build_model
    from standin.training.inference import FEATURES

    shape, n_classes, n_conditions = train["images"].shape[1:], len(train["class_names"]), len(entry["conditions"])
    outputs = {role: n_conditions if role == "regressor" else n_classes for role in ROLES}
    builds: dict[str, Callable[[], Any]] = {}
    for role, n in outputs.items():
        target, arguments = arguments_of(entry[role]["model"])
        if n:
            builds[f"{role}.model"] = partial(resolve_target(target), shape, n, **arguments)
    for name, model in entry["generative_models"].items():
        target, arguments = arguments_of(model)
        if model["enabled"]:
            builds[f"generative_models.{name}"] = partial(
                build_model,
                target,
                shape,
                n_classes,
                0,
                arguments,
                n_conditions=n_conditions,
                precision=model["training"]["precision"],
            )
    for where, build in builds.items():
        try:
            network = build()
        except (ValueError, TypeError) as error:  # as Keras raises them
            what = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise InputError(f"{data_set}.{where}: cannot be built for images of shape {shape}: {what}") from None
        if where == "feature_extractor.model" and FEATURES not in [layer.name for layer in network.layers]:
            target = entry["feature_extractor"]["model"]["_target_"]
            raise InputError(
                f"{data_set}.{where}: {target} must have a layer named {FEATURES!r}, whose outputs are the features; "
                f"its layers are: {', '.join(layer.name for layer in network.layers)}"
            )
