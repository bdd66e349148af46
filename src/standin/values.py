"""Values held against types, and what is wrong with them in one sentence each."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ConfigDict, ValidationError, create_model

from standin.errors import InputError
from standin.schema import ONE, SEVERAL
from standin.targets import parameters_of


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


def sentences(name: str, error: ValidationError) -> Iterator[str]:
    """What is wrong, a sentence a value, each with the dotted name of the value below `name`."""
    for problem in error.errors():
        where = ".".join([name, *(str(part) for part in problem["loc"] if part not in (SEVERAL, ONE))])
        if problem["type"] == "extra_forbidden":
            yield f"{where}: there is no such parameter"
        elif problem["type"] == "missing":
            yield f"{where}: must be given"
        else:
            message = problem["msg"].removeprefix("Value error, ")
            yield f"{where}: {message[0].lower()}{message[1:]}, got {shown(problem['input'])}"


def flatten(parameters: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted key, value) of every leaf of nested mappings."""
    for key, value in parameters.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def shown(value: Any) -> str:
    """A value, cut short where it is long."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
