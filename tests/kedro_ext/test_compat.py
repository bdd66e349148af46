"""What Standin relies on privately in Kedro, SQLite and Dask is still there."""

import sqlite3
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from kedro.framework.hooks import hook_impl
from kedro.framework.project import pipelines
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project
from kedro.io import MemoryDataset
from kedro_datasets.partitions import PartitionedDataset

from standin import settings
from standin.kedro_ext import compat
from standin.kedro_ext.datasets import CheckpointDataset, CSVDataset, NPZDataset
from standin.kedro_ext.mlflow import KedroMLflowHook
from tests.clusters import started


class Hook:
    called = False

    @hook_impl
    def after_node_run(self) -> None:
        Hook.called = True


def test_a_hook_manager_calls_registered_hooks_and_the_empty_one_none() -> None:
    manager = compat.new_hook_manager()
    manager.register(Hook())
    arguments = dict.fromkeys(("node", "catalog", "inputs", "outputs", "is_async", "run_id"))
    manager.hook.after_node_run(**arguments)
    assert Hook.called
    assert not compat.no_hooks().hook.after_node_run(**arguments)


def test_kedro_words_an_unknown_pipeline_as_expected(project: Path) -> None:
    bootstrap_project(project)
    assert "mnits" not in pipelines
    with (
        KedroSession.create(project_path=project, env="test") as session,
        pytest.raises(ValueError, match=f"^{compat.UNKNOWN_PIPELINE}'mnits'"),
    ):
        session.run(pipeline_names=["mnits"])


def test_sqlite_words_its_errors_as_expected(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError) as missing:
        sqlite3.connect(tmp_path / "none/database")
    database = tmp_path / "database"
    writer = sqlite3.connect(database)
    writer.execute("create table t (a)")
    writer.commit()
    with pytest.raises(sqlite3.OperationalError) as read_only:
        sqlite3.connect(f"file:{database}?mode=ro", uri=True).execute("insert into t values (1)")
    writer.execute("begin exclusive")
    with pytest.raises(sqlite3.OperationalError) as locked:
        sqlite3.connect(database, timeout=0).execute("insert into t values (1)")
    writer.rollback()
    writer.execute("pragma max_page_count = 2")
    with pytest.raises(sqlite3.OperationalError) as full:
        writer.executemany("insert into t values (?)", [("x" * 10_000,)] * 10)
    raised = {str(error.value) for error in (missing, read_only, locked, full)}
    assert raised == set(compat.DATABASE_ERRORS)


def test_datasets_say_where_they_are_stored(tmp_path: Path) -> None:
    file, folder = tmp_path / "a.csv", tmp_path / "folder"
    assert compat.local_path(CSVDataset(filepath=str(file))) == file
    assert compat.local_path(NPZDataset(str(file))) == file
    assert compat.local_path(CheckpointDataset(str(folder))) == folder
    assert compat.local_path(PartitionedDataset(path=str(folder), dataset="pandas.CSVDataset")) == folder
    assert compat.local_path(MemoryDataset()) is None


def test_a_task_of_a_dask_worker_knows_its_key(tmp_path: Path) -> None:
    from distributed import Client

    with started(tmp_path, workers=1) as cluster, Client(cluster.address) as client:
        assert client.submit(compat.dask_task_key, key="mine").result() == "mine"


def test_kedro_mlflow_is_installed_under_the_name_by_which_settings_replace_its_hook() -> None:
    (plugin,) = entry_points(group="kedro.hooks", name="mlflow_hook")
    assert plugin.dist is not None and plugin.dist.name in settings.DISABLE_HOOKS_FOR_PLUGINS
    assert isinstance(plugin.load(), KedroMLflowHook.__base__)
