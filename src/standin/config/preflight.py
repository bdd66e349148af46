"""Checks before training: arguments against signatures, and networks against the shape of the images."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from standin.config.schema import roles
from standin.core import instantiate
from standin.core.errors import InputError
from standin.core.instantiate import arguments_of, resolve_target
from standin.experiments.ids import is_image_set


def check_arguments(data_set: str, entry: dict[str, Any]) -> None:
    """Checks the arguments of the source, of every network and of every generative model.

    Raises:
        InputError: one line for each wrong argument: its key, what was expected, and the closest valid name.
    """
    from standin import training
    from standin.training.recipe import check_recipe

    every = {f"generative_models.{name}": model for name, model in entry["generative_models"].items()}
    models = {key: model for key, model in every.items() if not is_image_set(model)}
    sources = {name: entry[name] for name in ("source", "fresh_test") if entry[name]}
    described = sources | {f"{role}.model": entry[role]["model"] for role in roles(entry)}
    described |= {
        f"{key}.images.{place}": source
        for key, model in every.items()
        if is_image_set(model)
        for place, source in enumerate(model["images"])
    }
    lines = []
    for key, value in (described | models).items():
        where = f"{data_set}.{key}"
        check = training.check_arguments if key in models else instantiate.check_arguments
        try:
            check(*arguments_of(value), where=where)
        except InputError as error:
            lines.append(str(error) if where in str(error) else f"{where}: {error}")
    if lines:
        raise InputError("\n".join(lines))
    for role in roles(entry):
        check_recipe(f"{data_set}.{role}.recipe", entry[role]["recipe"], "values" if role == "regressor" else "labels")
    for key, model in models.items():
        model_class: Any = resolve_target(model["_target_"])
        try:
            model_class.check_options(arguments_of(model)[1])
            if model_class.condition == "conditions" and not entry["conditions"]:
                raise InputError(f"{model['_target_']} learns from conditions, but {data_set}.conditions names none")
            training.check_devices(model["training"]["devices"], model["training"]["batch_size"])
        except InputError as error:
            raise InputError(f"{data_set}.{key}: {error}") from None


def check_networks(data_set: str, entry: dict[str, Any], train: dict[str, np.ndarray]) -> None:
    """Builds every network once for the shape of the images, so that one that does not fit fails before training.

    Args:
        train: arrays of the training split.

    Raises:
        InputError: with the parameter, and why the network cannot be built.
    """
    from standin.training import build_model
    from standin.training.inference import FEATURES

    shape, n_classes, n_conditions = train["images"].shape[1:], len(train["class_names"]), len(entry["conditions"])
    builds: dict[str, Callable[[], Any]] = {}
    for role in roles(entry):
        target, arguments = arguments_of(entry[role]["model"])
        if n_outputs := n_conditions if role == "regressor" else n_classes:
            builds[f"{role}.model"] = partial(resolve_target(target), shape, n_outputs, **arguments)
    for name, model in entry["generative_models"].items():
        if model["enabled"] and not is_image_set(model):
            target, arguments = arguments_of(model)
            options = {"n_conditions": n_conditions, "precision": model["training"]["precision"]}
            builds[f"generative_models.{name}"] = partial(
                build_model, target, shape, n_classes, 0, arguments, **options
            )
    for where, build in builds.items():
        try:
            network = build()
        except (ValueError, TypeError) as error:  # as Keras raises them
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise InputError(f"{data_set}.{where}: cannot be built for images of shape {shape}: {reason}") from None
        if where == "feature_extractor.model" and FEATURES not in [layer.name for layer in network.layers]:
            target = entry["feature_extractor"]["model"]["_target_"]
            raise InputError(
                f"{data_set}.{where}: {target} must have a layer named {FEATURES!r}, whose outputs are the features; "
                f"its layers are: {', '.join(layer.name for layer in network.layers)}"
            )
