"""The registry of metrics of sample quality.

A metric is a pure function under the decorator `metric`. The names of its parameters say what it needs
(`standin.metrics.inputs.INPUTS`). Other packages add metrics by an entry point `standin.metrics` that names a module.
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Literal, ParamSpec, TypeVar

from standin.core.validation import did_you_mean
from standin.metrics.inputs import INPUTS, check_inputs

P = ParamSpec("P")
R = TypeVar("R")
Better = Literal["higher", "lower"] | float
PLUGINS = "standin.metrics"

GROUPS: dict[str, str] = {
    "recognition": "`probabilities` of all samples; real: of validation images",
    "labels": "`probabilities` and `labels` of labeled samples; real: of validation images",
    "features": "whether features can be trusted, from `generated`; real: test images in their place",
    "class_proportions": "`generated_labels` against `real_labels`; real: labels drawn at random in their proportions",
    "fidelity": "`generated` against `real`, as many, in each feature space; real: random parts of validation and test "
    "images against each other",
    "membership": "distances from training and held-out images to their nearest generated images",
    "memorization": "`generated` and `imputed` against `training`; real: validation images in their place",
    "data_copying": "`generated` against `held_out` and `training`; real: test images in the place of generated ones",
    "conditions": "conditions asked for against conditions read; real: test images with their true conditions",
    "training": "losses of the last epoch of the training",
    "autoencoder": "reconstructions and latents of real test images",
    "codes": "categories and continuous codes of a model that can read them from images",
}
"""Group -> its inputs, and the real images for which the value to expect is computed."""


@dataclass(frozen=True)
class Metric:
    """One registered metric.

    Attributes:
        name: in results, MLflow and reports; `{key}` stands for a key of the mapping that the function returns.
        function: returns a number, a `Proportion`, a named tuple of these, or a mapping of such values by key.
        group: one of `GROUPS`.
        better: "higher", "lower", or the best value.
        reference: the paper, or the definition.
        explanation: one sentence for a newcomer; `{key}` and numbers among the inputs are filled in.
        label: its name in reports.
        field: its field of the named tuple; None: the function returns the metric alone.
        symmetric: whether generated and real images may be swapped.
    """

    name: str
    function: Callable[..., Any]
    group: str
    better: Better
    reference: str
    explanation: str
    label: str
    field: str | None
    symmetric: bool

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the required inputs."""
        parameters = inspect.signature(self.function).parameters.values()
        return tuple(parameter.name for parameter in parameters if parameter.default is parameter.empty)

    @property
    def optional_inputs(self) -> tuple[str, ...]:
        """Names of the inputs that have a default."""
        parameters = inspect.signature(self.function).parameters
        return tuple(name for name in parameters if name in INPUTS and name not in self.inputs)


METRICS: dict[str, Metric] = {}
"""Name -> metric, for all imported ones."""


def metric(
    name: str,
    *,
    group: str,
    better: Better,
    reference: str,
    explanation: str,
    label: str = "",
    field: str | None = None,
    symmetric: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Registers a function as a metric and checks its inputs at each call. Arguments as of `Metric`.

    A function that returns several metrics is decorated several times and computed once.

    Raises:
        ValueError: the name is taken, or the group or an input is unknown.
    """
    _check_known("group", group, GROUPS)
    if name in METRICS:
        raise ValueError(f"metric {name} is registered already, by {METRICS[name].function.__module__}")

    def register(function: Callable[P, R]) -> Callable[P, R]:
        registered = any(known.function is function for known in METRICS.values())
        checked = function if registered else _checked(function)
        entry = Metric(
            name, checked, group, better, reference, explanation, label or name.replace("_", " "), field, symmetric
        )
        for parameter in entry.inputs:
            _check_known("input", parameter, INPUTS)
        METRICS[name] = entry
        return checked

    return register


def plugins() -> list[str]:
    """Name and version of each installed package that adds metrics; none is imported."""
    return sorted({f"{point.dist.name} {point.dist.version}" for point in entry_points(group=PLUGINS) if point.dist})


def load_plugins() -> None:
    """Imports the modules of other packages that register metrics."""
    for point in entry_points(group=PLUGINS):
        point.load()


def _checked(function: Callable[P, R]) -> Callable[P, R]:
    signature = inspect.signature(function)

    @functools.wraps(function)
    def checked(*arguments: P.args, **named: P.kwargs) -> R:
        check_inputs(signature.bind(*arguments, **named).arguments)
        return function(*arguments, **named)

    return checked


def _check_known(kind: str, name: str, known: dict[str, Any]) -> None:
    if name not in known:
        raise ValueError(f"metrics have no {kind} {name!r}{did_you_mean(name, known)}")
