"""Results of the run before are kept when a run begins that makes them again."""

from types import SimpleNamespace
from typing import Any

import pytest
from kedro.io import DataCatalog, DatasetError, MemoryDataset
from kedro.pipeline import Node, Pipeline

from standin.kedro_ext.previous import PreviousResultsHook


def tabulate() -> int:
    return 1


def begin(catalog: DataCatalog, *nodes: Node) -> None:
    plan: Any = SimpleNamespace(to_run=Pipeline(nodes))
    PreviousResultsHook({"table": "previous_table"}).before_nodes_run(plan, catalog)


@pytest.fixture
def catalog() -> DataCatalog:
    return DataCatalog({"a.table": MemoryDataset(1), "a.previous_table": MemoryDataset(0)})


@pytest.mark.parametrize(("output", "kept"), [("a.table", 1), ("a.other", 0), ("b.table", 0)])
def test_only_what_will_be_made_again_is_kept(catalog: DataCatalog, output: str, kept: int) -> None:
    begin(catalog, Node(tabulate, None, output, name="make", namespace=output[0]))
    assert catalog.load("a.previous_table") == kept


def test_a_damaged_table_is_not_kept(catalog: DataCatalog, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(name: str) -> None:
        raise DatasetError(name)

    monkeypatch.setattr(catalog, "load", damaged)
    begin(catalog, Node(tabulate, None, "a.table", name="make", namespace="a"))
    monkeypatch.undo()
    assert catalog.load("a.previous_table") == 0
