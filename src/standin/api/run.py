"""Runs steps in memory, one after the other, and keeps their results by name."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from matplotlib.figure import Figure

from standin.api.steps import Step
from standin.core.progress import listening
from standin.figures.style import png_bytes

Progress = Callable[[str, float, float | None], None]
"""Called before each training, and after its steps, with what is trained, the part of the whole that is done in [0, 1],
and the seconds left, if known."""

LEAST_DONE = 0.02
"""A part of the work after which its pace is known."""


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
    clock = _Clock(sum(step.work for _, step in steps), progress)
    for experiment, step in steps:
        inputs = [results.find(name, experiment) for name in step.inputs]
        with clock.timed(f"{experiment}: {step.what}" if experiment else step.what, step.work):
            returned = step.function(*inputs, **step.constants)
        results.keep(step, returned, experiment)


class _Clock:
    """Reports progress of steps whose work is known, and estimates the time that is left from the time that they took.

    Args:
        whole: work of all steps.
    """

    def __init__(self, whole: float, progress: Progress | None) -> None:
        self.whole, self.progress = whole, progress
        self.done = self.spent = 0.0

    @contextmanager
    def timed(self, what: str, work: float) -> Iterator[None]:
        """In the block, a step of that `work` runs."""
        if not work:
            yield
            return
        started = time.monotonic()

        def report(part: float, detail: str) -> None:
            done = self.done + part * work
            spent = self.spent + time.monotonic() - started
            left = spent / done * (self.whole - done) if done >= LEAST_DONE * self.whole else None
            if self.progress:
                self.progress(f"{what}, {detail}" if detail else what, done / self.whole, left)

        report(0.0, "")
        with listening(report):
            yield
        self.done, self.spent = self.done + work, self.spent + time.monotonic() - started
