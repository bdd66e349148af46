"""Validation errors of pydantic as one sentence each."""

from collections.abc import Iterator

from pydantic import ValidationError

from standin.core.mappings import shown

SEVERAL, ONE = "list", "one"
"""Tags of the two branches of a value that may be a list: they are no part of a parameter's name."""


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
