"""Helpers to build nodes: bind constants, inject checkpoints, tag stages, name inputs from experiments."""

import inspect
from collections.abc import Callable
from functools import partial, update_wrapper
from inspect import Parameter, Signature
from typing import Any

from kedro.pipeline import Pipeline

from standin.experiments.ids import is_image_set


def bind(function: Callable[..., Any], **constants: Any) -> Callable[..., Any]:
    """`function` with some keyword arguments fixed, under its own name, which Kedro shows in logs and graphs.

    A function, not a `functools.partial`, since kedro-viz shows source code of functions only. Its attribute `bound`
    holds the constants, which count as parameters of the node (`standin.kedro_ext.incremental`).
    """

    def bound(*inputs: Any, **more: Any) -> Any:
        return function(*inputs, **constants, **more)

    signature = inspect.signature(partial(function, **constants))
    return _wrapped(bound, function, signature, getattr(function, "bound", {}) | constants)


def with_checkpoint(function: Callable[..., Any], node: str) -> Callable[..., Any]:
    """`function` for a training node. The node's first input is `checkpoint`, which all training nodes of a namespace
    share; `function` gets the child checkpoint named `node` as a keyword argument."""

    def trained(checkpoint: Any, *inputs: Any, **constants: Any) -> Any:
        return function(*inputs, checkpoint=checkpoint.child(node), **constants)

    parameters = dict(inspect.signature(function).parameters)
    first = parameters.pop("checkpoint").replace(kind=Parameter.POSITIONAL_ONLY, default=Parameter.empty)
    return _wrapped(trained, function, Signature([first, *parameters.values()]), getattr(function, "bound", {}))


def _wrapped(
    wrapper: Callable[..., Any], function: Callable[..., Any], signature: Signature, bound: dict[str, Any]
) -> Callable[..., Any]:
    update_wrapper(wrapper, function)
    wrapper.__signature__ = signature  # type: ignore[attr-defined]  # Kedro counts a node's inputs by it
    wrapper.bound = bound  # type: ignore[attr-defined]
    return wrapper


def stage(name: str, part: Pipeline) -> Pipeline:
    """The nodes of a stage, which kedro-viz shows as a box (`standin.kedro_ext.viz`): with a tag, such as
    `stage.evaluation`, so that `kedro run --tags=stage.evaluation` runs them."""
    return Pipeline(part, tags=f"stage.{name}")


def relevant_parameters(name: str, value: Any) -> Any:
    """The part of a parameter that affects results. Of a generative model's entry, these are not where it is used and
    how often its checkpoint is written."""
    if ".generative_models." not in name:
        return value
    entry = {key: item for key, item in value.items() if key not in ("enabled", "arms")}
    if is_image_set(entry):
        return entry
    return entry | {"training": {key: item for key, item in entry["training"].items() if key != "checkpoint_every"}}


def own(experiment: str, part: str) -> str:
    """Name of an experiment's output as an input of its data set's nodes: without dots, which would end a namespace."""
    return f"{experiment.replace('.', '__')}__{part}"
