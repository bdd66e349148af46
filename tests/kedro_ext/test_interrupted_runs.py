"""Ctrl-C, and processes that were killed: MLflow does not show their runs as finished."""

import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from kedro.framework.startup import bootstrap_project
from mlflow import MlflowClient

from standin.cli import cli
from standin.kedro_ext.mlflow.orphans import TAG, close_orphans, this_process
from standin.pipelines.ingestion import nodes


def test_ctrl_c_is_one_sentence_and_ends_all_runs(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrap_project(project)

    def interrupted(*_arguments: Any, **_named: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(nodes, "divide", interrupted)
    done = CliRunner().invoke(cli, ["run", "--env=test", "--pipelines=digits"])
    assert done.exit_code == 130
    assert "Traceback" not in done.output
    client = MlflowClient(f"sqlite:///{project}/data/test_mlflow.db")
    experiment = client.get_experiment_by_name("standin")
    assert experiment is not None
    runs = client.search_runs([experiment.experiment_id])
    assert {run.info.run_name for run in runs} >= {"digits", "digits.gan"}
    assert {run.info.status for run in runs} == {"KILLED"}


def ended_process() -> str:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return f"{platform.node()}:{process.pid}"


PROCESSES: dict[str, Callable[[], str | None]] = {
    "ended": ended_process,
    "this one": this_process,
    "of another machine": lambda: "another_machine:1",
    "unknown": lambda: None,
}


@pytest.mark.parametrize("process", PROCESSES)
def test_runs_of_ended_processes_are_closed(process: str) -> None:
    found, closed = PROCESSES[process](), process == "ended"
    tags = {} if found is None else {TAG: found}
    run = SimpleNamespace(info=SimpleNamespace(run_id="r"), data=SimpleNamespace(tags=tags))
    ended: list[tuple[str, str]] = []
    client: Any = SimpleNamespace(
        search_runs=lambda _experiments, _filter: [run],
        set_terminated=lambda run_id, status: ended.append((run_id, status)),
    )
    assert close_orphans(client, "1") == closed
    assert ended == ([("r", "KILLED")] if closed else [])
