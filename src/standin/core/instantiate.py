"""`_target_`: a dotted name in the configuration that stands for a class or a function, and its arguments.

Configuration is data, and data must not choose arbitrary code to run: a target is looked up only inside `standin` and
inside packages that register something by an entry point (`standin.core.registry`). Arguments are checked against the
signature of the target, from which one pydantic model is made.
"""

import importlib
import inspect
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from standin.core.errors import InputError
from standin.core.registry import GROUPS, allowed_packages
from standin.core.validation import did_you_mean, sentences

SUPPLIED = ("image_shape", "n_classes")
"""Arguments of a network that the program gives itself, so that the configuration may not."""


def check_target(target: str) -> str:
    """Returns `target` unchanged if it may be looked up; imports nothing.

    Raises:
        InputError: if it is not a dotted name inside an allowed package.
    """
    parts = target.split(".") if isinstance(target, str) else []  # configuration may hold anything
    if len(parts) < 2 or not all(part.isidentifier() and not part.startswith("_") for part in parts):
        raise InputError(f"_target_ must be a dotted name such as 'standin.models.gan.GAN', got {target!r}")
    if parts[0] not in allowed_packages():
        raise InputError(
            f"_target_ must be in one of the allowed packages ({', '.join(allowed_packages())}), got {target!r}; "
            f"another package is allowed once it registers something by an entry point ({', '.join(GROUPS)})"
        )
    return target


def resolve_target(target: str) -> Callable[..., Any]:
    """The class or function that `target` names.

    Raises:
        InputError: if the name is not allowed, its module does not exist, or the module has no such public name.
    """
    module_name, _, name = check_target(target).rpartition(".")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and module_name.startswith(error.name):
            raise InputError(f"_target_ {target!r}: there is no module {error.name!r}") from None
        raise
    if not _is_defined_in_allowed_package(getattr(module, name, None), module_name):
        defined = [key for key, value in vars(module).items() if getattr(value, "__module__", None) == module_name]
        public = [key for key in defined if not key.startswith("_")]
        raise InputError(
            f"_target_ {target!r}: module {module_name!r} defines no class or function {name!r}"
            f"{did_you_mean(name, public)}"
        )
    return getattr(module, name)


def check_arguments(
    target: str,
    arguments: Mapping[str, Any],
    where: str | None = None,
    supplied: Collection[str] = SUPPLIED,
) -> None:
    """Checks arguments against the signature of `target`: unknown, missing and ill-typed ones at once.

    Args:
        target: dotted name of a class or function.
        arguments: name -> value, from the configuration.
        where: what the names of arguments are relative to in an error, such as `mnist.source`; None: `target`.
        supplied: arguments that the program gives itself.

    Raises:
        InputError: one line for each wrong argument.
    """
    schema = _schema(target, supplied)
    try:
        schema.model_validate(dict(arguments))
    except ValidationError as error:
        raise InputError("\n".join(sentences(where or target, error, schema, target))) from None


def argument_names(target: str) -> set[str]:
    """The names of all arguments that `target` takes."""
    return set(_schema(target, ()).model_fields)


def resolved_arguments(
    target: str, arguments: Mapping[str, Any], supplied: Collection[str] = SUPPLIED
) -> dict[str, Any]:
    """All arguments of `target` but those that the program gives itself: as given, else with their defaults.

    Defaults of `**options` are those that the class states by `option_defaults`.
    """
    function: Any = resolve_target(target)
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is not parameter.empty and name not in supplied
    }
    return defaults | getattr(function, "option_defaults", dict)() | dict(arguments)


def arguments_of(entry: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Splits an entry into its `_target_` and the arguments for it: a generative model's entry also says how it is
    trained and where it is used."""
    others = ("_target_", "training", "enabled", "arms")
    arguments = {name: value for name, value in entry.items() if name not in others}
    return entry["_target_"], arguments


def _is_defined_in_allowed_package(value: Any, module_name: str) -> bool:
    package = getattr(value, "__module__", module_name).partition(".")[0]
    return callable(value) and package in allowed_packages()


def _schema(target: str, supplied: Collection[str]) -> type[BaseModel]:
    """A strict pydantic model with a field for each argument that the configuration may give."""
    function = resolve_target(target)
    try:
        parameters = inspect.signature(function, eval_str=True).parameters.values()
    except NameError:  # hints that are imported for type checkers only: values are not checked
        parameters = inspect.signature(function).parameters.values()
    fields: Any = dict(field for parameter in parameters for field in _fields(parameter) if field[0] not in supplied)
    open_ended = any(p.kind is p.VAR_KEYWORD and not get_args(p.annotation) for p in parameters)
    config = ConfigDict(
        extra="allow" if open_ended else "forbid", strict=True, arbitrary_types_allowed=True, protected_namespaces=()
    )
    return create_model("Arguments", __config__=config, **fields)


def _fields(parameter: inspect.Parameter) -> Iterator[tuple[str, Any]]:
    """(name, (type, default)) of a parameter; `**options: Unpack[Options]` counts as the keys of the typed dictionary
    `Options`."""
    if parameter.kind is parameter.VAR_KEYWORD:
        for options in get_args(parameter.annotation):
            for name, hint in get_type_hints(options).items():
                yield name, (hint, ... if name in options.__required_keys__ else None)
    elif parameter.kind is not parameter.VAR_POSITIONAL:
        unknown = parameter.annotation is parameter.empty or isinstance(parameter.annotation, str)
        hint = Any if unknown else parameter.annotation
        yield parameter.name, (hint, ... if parameter.default is parameter.empty else parameter.default)
