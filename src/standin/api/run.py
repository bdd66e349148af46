"""Runs steps in memory, one after the other, and keeps their results by name."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from standin.api.steps import Step
from standin.figures.style import png_bytes

log = logging.getLogger(__name__)

Progress = Callable[[str, float, float | None], None]
"""Called before each training with what is trained, the part that is done in [0, 1], and the seconds left, if known."""


class Results:
    """Results by name: of the data set, and of each experiment. An experiment finds its own first, then those of the
    data set, also by their names with `real_` before them; `theirs__scores` are the `scores` of experiment `theirs`."""

    def __init__(self, entry: Mapping[str, Any]) -> None:
        self.entry = entry
        self.shared: dict[str, Any] = {}
        self.experiments: dict[str, dict[str, Any]] = {}

    def find(self, name: str, experiment: str | None) -> Any:
        """The value of an input of a step; KeyError if there is none."""
        if name.startswith("params:"):
            key = name.removeprefix("params:")
            return dict(self.entry) if key == "entry" else self.entry[key]
        own = self.experiments.get(experiment or "", {})
        if name in own:
            return own[name]
        owner, _, part = name.rpartition("__")
        if owner.replace("__", ".") in self.experiments:
            return self.experiments[owner.replace("__", ".")][part]
        if experiment and name.startswith("real_"):
            return self.shared[name.removeprefix("real_")]
        return self.shared[name]

    def keep(self, step: Step, returned: Any, experiment: str | None) -> None:
        """Stores what a step returned, in the form in which later steps read it from a catalog."""
        values = returned if len(step.outputs) > 1 else (returned,)
        place = self.experiments.setdefault(experiment, {}) if experiment else self.shared
        place |= {name: _as_loaded(name, value) for name, value in zip(step.outputs, values, strict=True)}


def _as_loaded(name: str, value: Any) -> Any:
    """Networks and figures in the form in which a catalog loads them."""
    if name.startswith("classifiers"):
        return {key: lambda model=model: model for key, model in value.items()}
    if isinstance(value, Figure):
        return png_bytes(value)
    if name == "sample_quality_figures":
        return {key: lambda figure=figure: png_bytes(figure) for key, figure in value.items()}
    return value


def run(steps: Sequence[tuple[str | None, Step]], results: Results, progress: Progress | None = None) -> None:
    """Runs steps in order.

    Args:
        steps: each with its experiment; None: of the data set.
    """
    whole, done, spent = sum(step.work for _, step in steps) or 1.0, 0.0, 0.0
    for experiment, step in steps:
        if progress and step.work:
            left = spent / done * (whole - done) if done else None
            of = f"{experiment}: " if experiment else ""
            progress(of + step.what, done / whole, left)
        inputs = [results.find(name, experiment) for name in step.inputs]
        started = time.monotonic()
        results.keep(step, step.function(*inputs, **step.constants), experiment)
        if step.work:
            spent, done = spent + time.monotonic() - started, done + step.work
