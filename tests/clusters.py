"""Dask clusters for tests: a scheduler and workers, each a process."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.conftest import ROOT

DASK = str(Path(sys.executable).with_name("dask"))


class Cluster(NamedTuple):
    """A scheduler and its workers, processes of this machine.

    Attributes:
        address: of the scheduler.
        scheduler: its process.
        workers: address -> process.
    """

    address: str
    scheduler: "subprocess.Popen[bytes]"
    workers: dict[str, "subprocess.Popen[bytes]"]


@contextmanager
def started(folder: Path, workers: int) -> Iterator[Cluster]:
    """`dask scheduler` and so many `dask worker`, without a nanny that would start them again."""
    file = folder / "scheduler.json"
    common = ["--scheduler-file", str(file), "--host", "127.0.0.1", "--no-dashboard"]
    options = [*common, "--no-nanny", "--nthreads", "1", "--resources", "MEMORY=16e9"]
    env = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    processes = []
    try:
        with (folder / "log").open("wb") as log:
            processes.append(subprocess.Popen([DASK, "scheduler", "--port", "0", *common], cwd=folder, stderr=log))
            wait_for(lambda: file.exists() and file.read_text())  # it exists before it is written
            address = json.loads(file.read_text())["address"]
            for _ in range(workers):
                processes.append(
                    subprocess.Popen([DASK, "worker", *options], cwd=folder, env=env, stderr=log, stdout=log)
                )
        from distributed import Client

        with Client(address) as client:
            client.wait_for_workers(workers, timeout=60)
            pids = client.run(os.getpid)
        by_pid = {process.pid: process for process in processes}
        yield Cluster(address, processes[0], {worker: by_pid[pid] for worker, pid in pids.items()})
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()


def wait_for(true: Any) -> None:
    for _ in range(600):
        if true():
            return
        time.sleep(0.1)
    raise TimeoutError
