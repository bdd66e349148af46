"""What a data set's entry gives to sources, networks and generative models, tried before anything is trained."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from standin.config.schema import ROLES
from standin.core.errors import InputError
from standin.core.instantiate import arguments_of, check_values, resolve_target
from standin.core.instantiate import check_arguments as check_function


def check_arguments(data_set: str, entry: dict[str, Any]) -> None:
    """Holds every argument against the signature that it is for.

    Raises:
        InputError: names the parameter, what is wrong, and what was expected.
    """
    from standin import training
    from standin.training.recipe import check_recipe

    given: list[tuple[str, dict[str, Any], Callable[..., None]]] = [
        (f"{data_set}.source", entry["source"], check_function)
    ]
    given += [(f"{data_set}.{role}.model", entry[role]["model"], check_function) for role in ROLES]
    for name, model in entry["generative_models"].items():
        given.append((f"{data_set}.generative_models.{name}", model, training.check_arguments))
    for where, described, check in given:
        target, arguments = arguments_of(described)
        try:
            check(target, arguments)
        except InputError as error:
            raise InputError(f"{where}: {error}") from None
        check_values(where, target, arguments)
    for role in ROLES:
        check_recipe(f"{data_set}.{role}.recipe", entry[role]["recipe"], "values" if role == "regressor" else "labels")
    for name, model in entry["generative_models"].items():
        model_class: Any = resolve_target(model["_target_"])
        try:
            model_class.check_options(arguments_of(model)[1])
            if model_class.condition == "conditions" and not entry["conditions"]:
                raise InputError(f"{model['_target_']} learns from conditions, but {data_set}.conditions names none")
            training.check_devices(model["training"]["devices"], model["training"]["batch_size"])
        except InputError as error:
            raise InputError(f"{data_set}.generative_models.{name}: {error}") from None


def check_networks(data_set: str, entry: dict[str, Any], train: dict[str, np.ndarray]) -> None:
    """Builds every network that will be trained on images of this size, and throws it away: what does not fit is said
    before the first is trained.

    Args:
        train: the train rows.

    Raises:
        InputError: names the parameter, and why there is no such network for these images.
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
        except (ValueError, TypeError) as error:  # Keras' own words are of these kinds
            what = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise InputError(f"{data_set}.{where}: cannot be built for images of shape {shape}: {what}") from None
        if where == "feature_extractor.model" and FEATURES not in [layer.name for layer in network.layers]:
            target = entry["feature_extractor"]["model"]["_target_"]
            raise InputError(
                f"{data_set}.{where}: {target} must have a layer named {FEATURES!r}, whose outputs are the features; "
                f"its layers are: {', '.join(layer.name for layer in network.layers)}"
            )
