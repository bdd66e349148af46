"""Constants of the graph (names, seeds, arms) bound to a node's function, and names for what comes from experiments."""

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any


def bind(function: Callable[..., Any], **constants: Any) -> Callable[..., Any]:
    """`function` with some keyword arguments fixed, keeping its name, which Kedro shows in logs and graphs."""
    return update_wrapper(partial(function, **constants), function)


def own(experiment: str, part: str) -> str:
    """What a data set's template calls an experiment's output; the dot of a namespace is not for names inside one."""
    return f"{experiment.replace('.', '__')}__{part}"
