"""Constants of the graph (names, seeds, arms) bound to a node's function."""

from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any


def bind(function: Callable[..., Any], **constants: Any) -> Callable[..., Any]:
    """`function` with some keyword arguments fixed, keeping its name, which Kedro shows in logs and graphs."""
    return update_wrapper(partial(function, **constants), function)
