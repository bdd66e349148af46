"""Runs whose process was killed: the next run of the same experiment closes them."""

import os
import platform
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow import MlflowClient

TAG = "process"
"""Tag of a run: the machine and the process that it runs in."""
KILLED = "KILLED"


def this_process() -> str:
    return f"{platform.node()}:{os.getpid()}"


def close_orphans(client: "MlflowClient", experiment_id: str) -> int:
    """Marks runs as killed that are open although their process, on this machine, has ended; returns how many."""
    closed = 0
    for run in client.search_runs([experiment_id], "attributes.status = 'RUNNING'"):
        machine, _, process = run.data.tags.get(TAG, "").rpartition(":")
        if machine == platform.node() and not _is_alive(int(process)):
            client.set_terminated(run.info.run_id, KILLED)
            closed += 1
    return closed


def _is_alive(process: int) -> bool:
    if os.name == "nt":  # where this would end the process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
