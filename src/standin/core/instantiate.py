"""`_target_`: a dotted name in the configuration for a class or function, with its arguments.

Configuration must not run arbitrary code: a target must be in `standin` or in a package that registers an entry point
(`standin.core.registry`). Arguments are checked against the signature of the target by a pydantic model.

The Python interface also takes functions themselves, such as those of a notebook: `name_of` gives each a dotted name
that holds in this process only, so that parameters consist of text wherever they come from.
"""

import importlib
import inspect
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from standin.core.errors import InputError
from standin.core.registry import GROUPS, allowed_packages
from standin.core.validation import did_you_mean, sentences

SUPPLIED = ("image_shape", "n_classes")
"""Arguments of a network that the program supplies, so that the configuration may not."""
GIVEN = "given"
_given: dict[str, Callable[..., Any]] = {}
"""Dotted name -> function that a caller of the Python interface gave."""


def name_of(function: Callable[..., Any]) -> str:
    """A dotted name of a function, such as `given.my_network`, for `_target_` in this process."""
    for name, known in _given.items():
        if known is function:
            return name
    own = str(getattr(function, "__name__", type(function).__name__))
    base = f"{GIVEN}.{own if own.isidentifier() else 'function'}"
    # A cell of a notebook that runs again defines another function of the same name, which is another network.
    others = (f"{base}_{n}" for n in itertools.count(2))
    name = next(name for name in itertools.chain([base], others) if name not in _given)
    _given[name] = function
    return name


def check_target(target: str) -> str:
    """Returns `target` unchanged if it may be looked up; imports nothing.

    Raises:
        InputError: it is not a dotted name in an allowed package.
    """
    if isinstance(target, str) and target in _given:
        return target
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
        InputError: the name is not allowed, its module does not exist, or the module does not define it.
    """
    module_name, _, name = check_target(target).rpartition(".")
    if target in _given:
        return _given[target]
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and module_name.startswith(error.name):
            raise InputError(f"_target_ {target!r}: there is no module {error.name!r}") from None
        raise
    value = getattr(module, name, None)
    if callable(value) and getattr(value, "__module__", module_name).partition(".")[0] in allowed_packages():
        return value
    public = [
        key
        for key, value in vars(module).items()
        if getattr(value, "__module__", None) == module_name and not key.startswith("_")
    ]
    raise InputError(
        f"_target_ {target!r}: module {module_name!r} defines no class or function {name!r}{did_you_mean(name, public)}"
    )


def check_arguments(
    target: str,
    arguments: Mapping[str, Any],
    where: str | None = None,
    supplied: Collection[str] = SUPPLIED,
) -> None:
    """Checks arguments against the signature of `target`: all unknown, missing and ill-typed ones.

    Args:
        target: dotted name of a class or function.
        arguments: name -> value, from the configuration.
        where: prefix of arguments in error messages, such as `mnist.source`; None: `target`.
        supplied: arguments that the program supplies.

    Raises:
        InputError: one line for each wrong argument.
    """
    schema = _schema(target, supplied)
    try:
        schema.model_validate(dict(arguments))
    except ValidationError as error:
        raise InputError("\n".join(sentences(where or target, error, schema, target))) from None


def argument_names(target: str) -> set[str]:
    """The names of all arguments of `target`."""
    return set(_schema(target, ()).model_fields)


def resolved_arguments(
    target: str, arguments: Mapping[str, Any], supplied: Collection[str] = SUPPLIED
) -> dict[str, Any]:
    """All arguments of `target` except `supplied` ones: as given, otherwise the defaults. A class states defaults of
    its `**options` by `option_defaults`."""
    function: Any = resolve_target(target)
    defaults = {
        name: parameter.default
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is not parameter.empty and name not in supplied
    }
    return defaults | getattr(function, "option_defaults", dict)() | dict(arguments)


def arguments_of(entry: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Splits an entry into its `_target_` and arguments. An entry of a generative model also says how to train it and
    where to use it."""
    others = ("_target_", "training", "enabled", "arms")
    return entry["_target_"], {name: value for name, value in entry.items() if name not in others}


def _schema(target: str, supplied: Collection[str]) -> type[BaseModel]:
    """A strict pydantic model with a field for each argument of `target` that is not supplied."""
    function = resolve_target(target)
    try:
        parameters = inspect.signature(function, eval_str=True).parameters.values()
    except NameError:  # hints imported for type checkers only: values are not checked
        parameters = inspect.signature(function).parameters.values()
    fields: Any = dict(field for parameter in parameters for field in _fields(parameter) if field[0] not in supplied)
    open_ended = any(p.kind is p.VAR_KEYWORD and not get_args(p.annotation) for p in parameters)
    config = ConfigDict(
        extra="allow" if open_ended else "forbid", strict=True, arbitrary_types_allowed=True, protected_namespaces=()
    )
    return create_model("Arguments", __config__=config, **fields)


def _fields(parameter: inspect.Parameter) -> Iterator[tuple[str, Any]]:
    """(name, (type, default)) of a parameter; `**options: Unpack[Options]` stands for the keys of `Options`."""
    if parameter.kind is parameter.VAR_KEYWORD:
        for options in get_args(parameter.annotation):
            for name, hint in get_type_hints(options).items():
                yield name, (hint, ... if name in options.__required_keys__ else None)
    elif parameter.kind is not parameter.VAR_POSITIONAL:
        unknown = parameter.annotation is parameter.empty or isinstance(parameter.annotation, str)
        hint = Any if unknown else parameter.annotation
        yield parameter.name, (hint, ... if parameter.default is parameter.empty else parameter.default)
