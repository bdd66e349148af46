"""Where time goes: each node has a kind, kinds add up to the whole, and the stopwatch tells nodes from reading data."""

import json
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from benchmarks.pipeline import kind_of, shares
from benchmarks.stopwatch import Stopwatch
from kedro.framework.hooks.manager import _create_hook_manager
from kedro.framework.project import pipelines
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import node, pipeline
from kedro.runner import SequentialRunner


def test_each_node_of_each_pipeline_has_a_kind(project: Path) -> None:
    bootstrap_project(project)
    with KedroSession.create(project) as session:
        session.load_context()
        kinds = {kind_of(node.name) for name in pipelines for node in pipelines[name].nodes}
    assert {"generative models", "classifiers", "sampling", "metrics", "figures"} <= kinds


def test_a_node_without_a_kind_is_named() -> None:
    with pytest.raises(LookupError, match="'polish'"):
        kind_of("mnist.gan.polish")


def test_kinds_add_up_to_the_whole() -> None:
    times = {
        "first_node_at": 103.0,
        "nodes": {"mnist.gan.train_generative_model": 20.0, "mnist.train_oracle": 5.0, "mnist.train_real": 2.0},
        "other": {"hooks": 1.5},
    }
    found = shares(times, began=100.0, seconds=32.0)
    assert found == {
        "start-up, to the first node": 3.0,
        "generative models": 20.0,
        "classifiers": 7.0,
        "hooks": 1.5,
        "the rest of Kedro": 0.5,
    }


class Slow(MemoryDataset):
    """Takes 30 ms to read."""

    def load(self) -> object:
        time.sleep(0.03)
        return super().load()


def test_the_stopwatch_tells_nodes_from_data(tmp_path: Path) -> None:
    def work(x: int) -> int:
        time.sleep(0.05)
        return x

    hooks, stopwatch = _create_hook_manager(), Stopwatch()
    hooks.register(stopwatch)
    hooks.hook.after_context_created(context=SimpleNamespace(_hook_manager=hooks))
    steps = pipeline([node(work, "a", "b", name="one"), node(lambda b: b, "b", "c", name="two")])
    began = time.time()
    SequentialRunner().run(steps, DataCatalog({"a": Slow(1), "b": Slow(), "c": MemoryDataset()}), hooks)
    stopwatch.write(tmp_path / "times.json")
    times = json.loads((tmp_path / "times.json").read_text())
    assert times["nodes"]["one"] >= 0.05 > times["nodes"]["two"]
    assert times["other"]["data read"] >= 0.06
    assert began <= times["first_node_at"] <= time.time()
    assert sum(times["nodes"].values()) + sum(times["other"].values()) <= time.time() - began
