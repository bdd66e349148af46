"""Validation errors as sentences, with the closest valid name for an unknown one."""

import difflib
from collections.abc import Iterable, Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from standin.core.mappings import shorten

SEVERAL, ONE, CHOSEN = "list", "one", "chosen"
TRAINED, GIVEN = "trained model", "given images"
"""Tags of the branches of a value that may be a list or a choice, and of a generative model that may be a set of
images. They are not part of a parameter's name."""
TAGS = (SEVERAL, ONE, CHOSEN, TRAINED, GIVEN)


def did_you_mean(name: Any, valid: Iterable[str]) -> str:
    """The end of a sentence about an unknown name: the closest valid name, or all of them if none is close."""
    by_lower_case = {choice.lower(): choice for choice in valid}
    if close := difflib.get_close_matches(str(name).lower(), by_lower_case, n=1):
        return f"; did you mean {by_lower_case[close[0]]}?"
    return f"; valid names: {', '.join(by_lower_case.values()) or 'none'}"


def sentences(name: str, error: ValidationError, model: type[BaseModel], target: str = "") -> Iterator[str]:
    """One sentence for each invalid value, with its dotted name below `name`.

    Args:
        name: what was validated, such as a data set.
        error: raised by the validation.
        model: the pydantic model used; its fields are the valid names.
        target: dotted name of the class or function, if its arguments were validated.
    """
    for problem in error.errors():
        path = [part for part in problem["loc"] if part not in TAGS]
        where = ".".join([name, *map(str, path)])
        if problem["type"] == "extra_forbidden":
            valid = _field_names(model, path[:-1])
            hint = did_you_mean(path[-1], valid)
            if target:
                more = f" Its arguments are: {', '.join(valid)}" if hint.endswith("?") else ""
                yield f"{where}: {target} has no argument {path[-1]!r}{hint}{more}"
            else:
                yield f"there is no parameter {where}{hint}"
        elif problem["type"] == "missing":
            yield f"{where}: must be given"
        elif problem["type"] == "value_error":  # from a validator of this project, which quotes the value itself
            yield f"{where}: {problem['msg'].removeprefix('Value error, ')}"
        else:
            yield f"{where}: {problem['msg'][0].lower()}{problem['msg'][1:]}, got {shorten(problem['input'])}"


def _field_names(model: type[BaseModel], path: Iterable[Any]) -> list[str]:
    """The fields of the model at `path` below `model`; none if something else is there."""
    place: Any = model
    for part in path:
        if get_origin(place) is dict:
            place = _container(get_args(place)[1])
        else:
            fields = getattr(place, "model_fields", {}).items()
            place = next((_container(f.annotation) for name, f in fields if part in (name, f.alias)), None)
    return [field.alias or name for name, field in getattr(place, "model_fields", {}).items()]


def _container(annotation: Any) -> Any:
    """The first pydantic model or mapping type in an annotation, which may be a union or `Annotated`; or None."""
    if get_origin(annotation) is dict or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return annotation
    return next((inner for part in get_args(annotation) if (inner := _container(part)) is not None), None)
