"""The steps in memory are those of the pipeline: the same functions, inputs, outputs and constants."""

from typing import Any

import pytest

from standin.api.compare import _steps
from standin.api.run import Results
from standin.api.settings import DATA_SET, settings
from standin.config.plan import DataSetPlan
from standin.experiments.ids import experiments
from standin.pipelines.build import create_pipeline

IN_ONE_NAMESPACE = "sample_quality."
"""Within an experiment, nodes of sample quality have a namespace of their own."""


def relative(name: str, experiment: str | None) -> str:
    """A name of the pipeline as steps have it."""
    if name.startswith("params:"):
        key = name.removeprefix(f"params:{DATA_SET}").removeprefix(".")
        return f"params:{key or 'entry'}"
    if experiment and name.startswith(f"{DATA_SET}.{experiment}."):
        return name.removeprefix(f"{DATA_SET}.{experiment}.").removeprefix(IN_ONE_NAMESPACE)
    own, _, part = name.removeprefix(f"{DATA_SET}.").rpartition(".")
    return f"{own.replace('.', '__')}__{part}" if own else part


def described(function: Any, inputs: Any, outputs: Any, constants: dict[str, Any]) -> tuple[Any, ...]:
    inputs = [name.removeprefix(IN_ONE_NAMESPACE).removeprefix("real_") for name in inputs if name != "checkpoint"]
    outputs = [name.removeprefix(IN_ONE_NAMESPACE) for name in outputs]
    if "experiment" in constants:  # only in titles of figures, where there is just one data set
        constants = constants | {"experiment": constants["experiment"].removeprefix(f"{DATA_SET}.")}
    return function.__name__, tuple(inputs), tuple(outputs), repr(sorted(constants.items()))


@pytest.mark.parametrize("quick", [False, True])
def test_steps_are_nodes_of_the_pipeline(quick: bool) -> None:
    entry = settings(900, (28, 28, 1), {"one": 1, "two": 2}, quick=quick)
    named = experiments(DATA_SET, entry)
    results = Results(entry)
    results.experiments |= {e.name: {"synthetic": {}} for e in named}
    pipeline = create_pipeline(DataSetPlan(DATA_SET, entry))
    nodes = set()
    for node in pipeline.nodes:
        within = node.name.removeprefix(f"{DATA_SET}.")
        experiment = next((e.name for e in named if within.startswith(f"{e.name}.")), None)
        bound = getattr(node.func, "bound", {})
        names = [[relative(name, experiment) for name in listed] for listed in (node.inputs, node.outputs)]
        nodes.add(described(node.func, *names, bound))
    steps = _steps(entry, named, results)
    assert len(steps) > 30
    different = [
        step
        for _, step in steps
        if described(step.function, step.inputs, step.outputs, dict(step.constants)) not in nodes
    ]
    assert [(step.function.__name__, step.inputs, step.outputs, dict(step.constants)) for step in different] == []
