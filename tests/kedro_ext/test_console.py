"""What a run prints while it runs and at its end."""

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Node, Pipeline

from standin.core.progress import report
from standin.kedro_ext.console import ConsoleHook
from standin.kedro_ext.durations import FILE, Durations
from standin.kedro_ext.incremental.state import RECORDS
from tests.core.test_live_line import in_terminal


def train() -> int:
    return 1


NODES = [Node(train, None, "a.result", name="train_gan", namespace="a"), Node(train, None, "a.figure", name="a.draw")]


def hook() -> ConsoleHook:
    def summarize(group: str, now: Any, before: Any) -> str:
        return f"{group}: {now['result']} (before: {before.get('result')})"

    return ConsoleHook(("result",), summarize, "page", "overview", lambda _catalog: False)


@pytest.fixture
def catalog(tmp_path: Path) -> DataCatalog:
    stored = {
        RECORDS: MemoryDataset(SimpleNamespace(folder=tmp_path), copy_mode="assign"),
        "a.result": MemoryDataset(1),
    }
    return DataCatalog(stored)


def run(console: ConsoleHook, catalog: DataCatalog) -> None:
    """Calls the hook as a run of the first node does, which makes another result."""
    pipeline = Pipeline(NODES[:1])
    plan: Any = SimpleNamespace(reasons={"a.train_gan": "new"}, to_run=pipeline, pipeline=pipeline)
    console.before_nodes_run(plan, catalog)
    console.before_node_run(NODES[0])
    report(0.5, "epoch 2 of 4")
    console.after_node_run(NODES[0])
    catalog.save("a.result", 2)
    console.after_pipeline_run(pipeline, catalog)


def test_results_are_printed_with_those_of_the_previous_run(
    catalog: DataCatalog, tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        run(hook(), catalog)
    assert capsys.readouterr().out == "\na: 2 (before: 1)\n"
    assert caplog.messages == [f"[1/1] {NODES[0].name}"]  # one line per node where there is no terminal
    assert Durations(tmp_path).seconds.keys() == {"a.train_gan"} and (tmp_path / FILE).exists()


def test_a_terminal_has_one_line_with_what_is_trained(
    catalog: DataCatalog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    console = hook()
    shown: list[tuple[str, float]] = []
    terminal = in_terminal(monkeypatch)
    monkeypatch.setattr(
        "standin.kedro_ext.console.LiveLine.show", lambda _line, what, done, _left: shown.append((what, done))
    )
    with caplog.at_level("INFO"):
        run(console, catalog)
    assert shown == [("[1/1] a: train gan", 0.0), ("[1/1] a: train gan, epoch 2 of 4", 0.5)]
    assert caplog.messages == [] and sys.stdout is terminal
    assert terminal.getvalue().endswith("\na: 2 (before: 1)\n")


def test_an_interrupted_run_leaves_the_terminal_as_it_was(
    catalog: DataCatalog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    console, terminal = hook(), in_terminal(monkeypatch)
    pipeline = Pipeline(NODES[:1])
    plan: Any = SimpleNamespace(reasons={"a.train_gan": "new"}, to_run=pipeline, pipeline=pipeline)
    console.before_nodes_run(plan, catalog)
    console.before_node_run(NODES[0])
    assert sys.stdout is not terminal
    with caplog.at_level("INFO"):
        console.on_interrupt()
    assert sys.stdout is terminal
    (sentence,) = caplog.messages
    assert sentence.startswith("Interrupted. Finished results and checkpoints are kept.")
