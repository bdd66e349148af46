"""Constants of the graph (names, seeds, arms) bound to a node's function, its own part of what all trainings share, and
names for what comes from experiments."""

import inspect
from collections.abc import Callable
from functools import partial, update_wrapper
from inspect import Parameter, Signature
from typing import Any


def bind(function: Callable[..., Any], **constants: Any) -> Callable[..., Any]:
    """`function` with some keyword arguments fixed, keeping its name, which Kedro shows in logs and graphs."""
    return update_wrapper(partial(function, **constants), function, updated=())  # its signature is its own


def with_checkpoint(function: Callable[..., Any], node: str) -> Callable[..., Any]:
    """`function` for a node that trains, whose first input is `checkpoint`, the handle that all trainings of its
    namespace share: `function` is given the part of it that is called like the node, by name."""

    def trained(checkpoint: Any, *inputs: Any, **constants: Any) -> Any:
        return function(*inputs, checkpoint=checkpoint.child(node), **constants)

    update_wrapper(trained, function)
    parameters = dict(inspect.signature(function).parameters)
    first = parameters.pop("checkpoint").replace(kind=Parameter.POSITIONAL_ONLY, default=Parameter.empty)
    trained.__signature__ = Signature([first, *parameters.values()])  # type: ignore[attr-defined]  # Kedro counts inputs
    return trained


def own(experiment: str, part: str) -> str:
    """What a data set's template calls an experiment's output; the dot of a namespace is not for names inside one."""
    return f"{experiment.replace('.', '__')}__{part}"
