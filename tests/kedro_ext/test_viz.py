"""The graph as kedro-viz shows it."""

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from kedro.pipeline import Node, Pipeline
from kedro_viz.data_access.repositories import ModularPipelinesRepository
from kedro_viz.models.flowchart.model_utils import GraphNodeType

from standin.kedro_ext import viz
from standin.kedro_ext.viz import Visibility, shown
from standin.pipeline_registry import register_pipelines
from standin.pipelines.build import BOOKKEEPING, DETAILS

ALL = Visibility()


def step(name: str, inputs: list[str], outputs: list[str], namespace: str = "", stage: str = "") -> Node:
    def function(*values: object) -> object:
        return values

    tags = [f"stage.{stage}"] if stage else []
    return Node(function, inputs, outputs, name=name, namespace=namespace or None, tags=tags)


def children(pipeline: Pipeline, box: str = "__root__") -> dict[str, set[str]]:
    """Type -> the names of what kedro-viz shows in a box."""
    repository = ModularPipelinesRepository()
    repository.populate_tree(pipeline)
    found: dict[str, set[str]] = {}
    for child in repository.as_dict()[box].children:
        found.setdefault(child.type.name, set()).add(child.id)
    return found


@pytest.fixture(scope="module")
def pipelines() -> dict[str, Pipeline]:
    return register_pipelines()


def test_stages_are_boxes_and_names_stay() -> None:
    pipeline = Pipeline(
        [
            step("read", ["params:a"], ["d.images"], "d", "ingestion"),
            step("train", ["d.images"], ["d.gan.model"], "d.gan", "generation"),
            step("score", ["d.gan.model"], ["d.gan.metrics.scores"], "d.gan.metrics", "metrics"),
            step("report", ["d.gan.metrics.scores"], ["d.report"], "d"),
        ]
    )
    drawn = shown("d", pipeline, ALL)
    assert {node.name: node.namespace for node in drawn.nodes} == {
        "d.read": "ingestion",
        "d.gan.train": "gan.generation",
        "d.gan.metrics.score": "gan.metrics",
        "d.report": None,
    }
    assert drawn.datasets() == pipeline.datasets()
    assert {node.namespace for node in shown("other", pipeline, ALL).nodes} >= {"d.ingestion", "d.gan.generation"}


def test_hidden_entries_are_shown_nowhere_and_inner_ones_in_the_box_that_makes_them() -> None:
    pipeline = Pipeline(
        [
            step("train", ["d.checkpoint"], ["d.model", "d.model_seen", "d.losses"], "d", "training"),
            step("draw", ["d.losses"], ["d.chart"], "d", "training"),
            step("report", ["d.model", "d.losses"], ["d.report"], "d", "reporting"),
        ]
    )
    drawn = shown("d", pipeline, Visibility(hidden=("checkpoint", "*_seen"), inner=("losses", "chart")))
    assert drawn.datasets() == {"d.model", "d.losses", "d.chart", "d.report"}
    inputs = {node.short_name: node.inputs for node in drawn.nodes}
    assert inputs == {"train": [], "draw": ["d.losses"], "report": ["d.model"]}
    assert {kind: len(names) for kind, names in children(drawn).items()} == {"MODULAR_PIPELINE": 2, "DATA": 2}
    assert {kind: len(names) for kind, names in children(drawn, "training").items()} == {"TASK": 2, "DATA": 2}


@pytest.mark.parametrize("name", ["digits", "mnist", "cifar", "color_mnist", "galaxies", "few_labels", "small_data"])
def test_a_pipeline_opens_as_at_most_a_dozen_boxes_of_ten_nodes(pipelines: dict[str, Pipeline], name: str) -> None:
    drawn = shown(name, pipelines[name], Visibility(BOOKKEEPING, DETAILS))
    top = children(drawn)
    assert {"ingestion", "references", "reporting"} <= top["MODULAR_PIPELINE"]
    assert len(top["DATA"]) <= 30 and "TASK" not in top
    repository = ModularPipelinesRepository()
    repository.populate_tree(drawn)
    for box, node in repository.as_dict().items():
        inside = [
            child for child in node.children if child.type in (GraphNodeType.TASK, GraphNodeType.MODULAR_PIPELINE)
        ]
        assert len(inside) <= (12 if box == "__root__" else 10), box


def test_every_node_has_a_stage(pipelines: dict[str, Pipeline]) -> None:
    nodes = [node for pipeline in pipelines.values() for node in pipeline.nodes]
    assert [node.name for node in nodes if not any(tag.startswith(viz.TAG) for tag in node.tags)] == []


def test_patterns_match_entries_that_exist(pipelines: dict[str, Pipeline]) -> None:
    entries = {entry for pipeline in pipelines.values() for entry in pipeline.datasets()}
    entries.add("digits.memorization_controls")  # with sample_quality.memorization_controls
    assert [p for p in (*BOOKKEEPING, *DETAILS) if not any(viz._is(entry, (p,)) for entry in entries)] == []


@pytest.fixture
def loader(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.setattr(sys, "argv", ["kedro", "viz", "run"])
    from kedro_viz.integrations.kedro import data_loader

    monkeypatch.setattr(data_loader, "pipelines", {"d": (read := Pipeline([step("read", ["a"], ["d.b"], "d", "in")]))})
    data_loader.pipelines["__default__"] = read
    yield data_loader


def test_kedro_viz_reads_the_pipelines_as_they_are_shown(loader: ModuleType) -> None:
    viz.install(ALL)
    viz.install(ALL)
    read = dict(loader.pipelines)
    assert {name: [node.namespace for node in read[name].nodes] for name in read} == {
        "d": ["in"],
        "__default__": ["in"],
    }


def test_other_commands_do_not_import_kedro_viz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["kedro", "run"])
    monkeypatch.delitem(sys.modules, viz.LOADER, raising=False)
    viz.install(ALL)
    assert viz.LOADER not in sys.modules
