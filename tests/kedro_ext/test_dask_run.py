"""A whole pipeline on a Dask cluster: what it makes is what one process makes, also when a worker dies."""

import signal
import threading
import time
from pathlib import Path

import pytest
from benchmarks.interruption import tables

from standin.kedro_ext.dask import DaskRunner
from tests.clusters import Cluster, started
from tests.conftest import copy_project, run


def test_a_run_whose_worker_is_killed_gives_the_tables_of_a_run_in_one_process(
    finished: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = copy_project(tmp_path / "spread")
    monkeypatch.chdir(project)
    killed: list[str] = []
    with started(tmp_path, workers=2) as cluster:
        killer = threading.Thread(target=kill_one, args=(cluster, "train_generative_model", killed), daemon=True)
        killer.start()
        run(project, "cifar", runner=DaskRunner(cluster.address))
        killer.join()
        assert len(killed) == 1 and cluster.workers[killed[0]].wait() == -signal.SIGKILL
    expected, found = tables(finished["cifar"], "cifar"), tables(project, "cifar")
    assert {"history.csv", "curves_real.csv", "scores.csv", "accuracy.csv", "verdict.json"} <= {
        Path(name).name for name in found
    }
    assert found == expected
    pictures = [
        {
            file.relative_to(folder): file.read_bytes()
            for file in (folder / "data/test/08_reporting/cifar").rglob("*.png")
        }
        for folder in (project, finished["cifar"])
    ]
    assert len(pictures[0]) == 10 and pictures[0] == pictures[1]


def kill_one(cluster: Cluster, node: str, killed: list[str]) -> None:
    """SIGKILL to the first worker that is found at work on such a node."""
    from distributed import Client

    with Client(cluster.address) as client:
        while not killed:
            for worker, tasks in client.call_stack().items():
                if any(node in str(key) for key in tasks) and worker in cluster.workers:
                    cluster.workers[worker].kill()
                    killed.append(worker)
                    return
            time.sleep(0.05)
