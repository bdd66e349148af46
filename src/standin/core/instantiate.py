"""`_target_`: a dotted name in the configuration that stands for a class or function of the package.

Configuration is data, and data must not choose arbitrary code to run: a target is looked up only
inside the packages named in `ALLOWED_PACKAGES`. To use a class of another installed package, add that package here.
"""

import importlib
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args, get_type_hints

from pydantic import ConfigDict, ValidationError, create_model

from standin.core.errors import InputError
from standin.core.validation import sentences

ALLOWED_PACKAGES: tuple[str, ...] = ("standin",)


def check_target(target: str) -> str:
    """Returns `target` unchanged if it may be looked up; imports nothing.

    Raises:
        InputError: if it is not a dotted name inside an allowed package.
    """
    parts = target.split(".") if isinstance(target, str) else []  # configuration may hold anything
    if len(parts) < 2 or not all(part.isidentifier() and not part.startswith("_") for part in parts):
        raise InputError(f"_target_ must be a dotted name such as 'standin.models.gan.GAN', got {target!r}")
    if parts[0] not in ALLOWED_PACKAGES:
        allowed = ", ".join(ALLOWED_PACKAGES)
        raise InputError(f"_target_ must lie in one of the allowed packages ({allowed}), got {target!r}")
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
    found = getattr(module, name, None)
    if not callable(found) or getattr(found, "__module__", module_name).partition(".")[0] not in ALLOWED_PACKAGES:
        raise InputError(f"_target_ {target!r}: module {module_name!r} defines no class or function {name!r}")
    return found


def parameters_of(target: str) -> dict[str, Any]:
    """The names of the arguments that `target` takes, with their type hints; `**options: Unpack[Options]` counts as
    the keys of the typed dictionary `Options`."""
    known: dict[str, Any] = {}
    for name, parameter in inspect.signature(resolve_target(target), eval_str=True).parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            (options,) = get_args(parameter.annotation)
            known |= get_type_hints(options)
        else:
            known[name] = parameter.annotation
    return known


def check_arguments(
    target: str, arguments: Iterable[str], supplied: Iterable[str] = ("image_shape", "n_classes")
) -> None:
    """Refuses arguments that `target` does not have, and that those are left out which it needs.

    Args:
        target: dotted name of a class or function.
        arguments: names from the configuration.
        supplied: names that the program gives itself, so that the configuration may not.

    Raises:
        InputError: names the unknown arguments and the known ones, or those that are missing.
    """
    supplied, arguments = set(supplied), set(arguments)
    known = set(parameters_of(target)) - supplied
    unknown = sorted(arguments - known)
    if unknown:
        there_are = ", ".join(sorted(known)) or "none"
        raise InputError(f"{target} has no argument {', '.join(map(repr, unknown))}; its arguments are: {there_are}")
    parameters = inspect.signature(resolve_target(target)).parameters.values()
    needed = {p.name for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD}
    missing = sorted(needed - supplied - arguments)
    if missing:
        raise InputError(f"{target} must be given {', '.join(missing)}")


def check_values(where: str, target: str, arguments: Mapping[str, Any]) -> None:
    """Holds argument values against the type hints of `target`: a number in quotes is none.

    Raises:
        InputError: names each argument whose value does not fit, one line each.
    """
    hints = parameters_of(target)
    fields: Any = {name: (hints[name], ...) for name in arguments if name in hints}
    schema = create_model("Arguments", __config__=ConfigDict(protected_namespaces=(), strict=True), **fields)
    try:
        schema.model_validate({name: arguments[name] for name in fields})
    except ValidationError as error:
        raise InputError("\n".join(sentences(where, error))) from None


def arguments_of(entry: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Splits an entry into its `_target_` and the arguments for it; what a generative model's entry says of its
    training and its place in the pipeline is neither."""
    others = ("_target_", "training", "enabled", "arms")
    arguments = {name: value for name, value in entry.items() if name not in others}
    return entry["_target_"], arguments
