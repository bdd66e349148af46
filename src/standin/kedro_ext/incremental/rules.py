"""What incremental runs need to know about a project."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from kedro.pipeline import Pipeline


class Remainder(NamedTuple):
    """What can still be compared after failures.

    Attributes:
        pipelines: group (the top-level namespace) -> its pipeline without what failed.
        changed: names of nodes whose result differs because something is left out.
    """

    pipelines: Mapping[str, Pipeline]
    changed: frozenset[str]


def _whole(name: str, value: Any) -> Any:
    return value


def _nothing(failed: Mapping[str, str]) -> Remainder:
    return Remainder({}, frozenset())


@dataclass(frozen=True)
class Rules:
    """A project's rules for incremental runs, given to its session in `settings.py`.

    Attributes:
        relevant: (name, value) of a parameter -> the part of the value that results depend on.
        without: failed node -> its error message -> what can be compared without those that failed.
    """

    relevant: Callable[[str, Any], Any] = _whole
    without: Callable[[Mapping[str, str]], Remainder] = _nothing
