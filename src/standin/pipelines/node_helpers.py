"""Helpers to build nodes: bind constants, inject checkpoints, name inputs from experiments."""

import inspect
from collections.abc import Callable
from functools import partial, update_wrapper
from inspect import Parameter, Signature
from typing import Any

GENERATIVE_MODELS = ".generative_models."
"""In names of parameters that are the entry of one generative model."""


def bind(function: Callable[..., Any], **constants: Any) -> Callable[..., Any]:
    """`function` with some keyword arguments fixed, under its own name, which Kedro shows in logs and graphs.

    It is a function, not a `functools.partial`: kedro-viz shows source code of functions only. Its attribute `bound`
    holds the constants, which count as parameters of the node (`standin.kedro_ext.incremental`).
    """

    def bound(*inputs: Any, **more: Any) -> Any:
        return function(*inputs, **constants, **more)

    signature = inspect.signature(partial(function, **constants))
    return _wrapped(bound, function, signature, getattr(function, "bound", {}) | constants)


def with_checkpoint(function: Callable[..., Any], node: str) -> Callable[..., Any]:
    """`function` for a node that trains. The node's first input is `checkpoint`, the handle that all training nodes of
    a namespace share; `function` gets the part of it that is named like the node, as a keyword argument."""

    def trained(checkpoint: Any, *inputs: Any, **constants: Any) -> Any:
        return function(*inputs, checkpoint=checkpoint.child(node), **constants)

    parameters = dict(inspect.signature(function).parameters)
    first = parameters.pop("checkpoint").replace(kind=Parameter.POSITIONAL_ONLY, default=Parameter.empty)
    return _wrapped(trained, function, Signature([first, *parameters.values()]), getattr(function, "bound", {}))


def _wrapped(
    wrapper: Callable[..., Any], function: Callable[..., Any], signature: Signature, bound: dict[str, Any]
) -> Callable[..., Any]:
    update_wrapper(wrapper, function)
    wrapper.__signature__ = signature  # type: ignore[attr-defined]  # by which Kedro counts a node's inputs
    wrapper.bound = bound  # type: ignore[attr-defined]
    return wrapper


def relevant_parameters(name: str, value: Any) -> Any:
    """The part of a parameter that results depend on: of a generative model's entry, not where it is used, nor how
    often its checkpoint is written."""
    if GENERATIVE_MODELS not in name:
        return value
    entry = {key: item for key, item in value.items() if key not in ("enabled", "arms")}
    return entry | {"training": {key: item for key, item in entry["training"].items() if key != "checkpoint_every"}}


def own(experiment: str, part: str) -> str:
    """Name of an experiment's output in the template of its data set: without dots, which would end a namespace."""
    return f"{experiment.replace('.', '__')}__{part}"
