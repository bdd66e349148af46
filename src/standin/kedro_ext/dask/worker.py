"""What happens on a Dask worker: it hands each node to a process of its own, and waits.

That process (`standin.kedro_ext.dask.node_process`) runs one node at a time, in its main thread, with no other thread beside it that
would draw random numbers: Keras draws its seeds from Python's global generator, from which Dask's own threads draw too.
It stays for the next node, since Keras takes seconds to import.
"""

import os
import pickle
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import cloudpickle
from kedro.pipeline.node import Node

from standin.core.errors import InputError

ONE_AT_A_TIME = threading.Lock()
"""Of a worker's threads."""
SPARING = {"TF_FORCE_GPU_ALLOW_GROWTH": "true", "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
"""So that a process takes of a GPU's memory what it uses, and not all of it at once: there are others."""
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""Dask's nanny sets these to 1, for workers that run many small tasks."""
TICK = 0.5
"""Seconds after which it is looked whether the node is still wanted."""
AT_WORK = ("running", "paused", "closing_gracefully")
"""States of a worker that is part of its cluster."""
_CHILDREN: list["Child"] = []
"""The worker's process for nodes: none or one."""


class RunEnvironment(NamedTuple):
    """What a worker and the driver must have in common.

    Attributes:
        code: `standin.core.code_digest.all_code_digest` of the driver.
        token: a file in the data folder that the driver has just written.
    """

    code: str
    token: str


class Child:
    """A process that runs nodes.

    Args:
        code: of the run that it is for.
        under_nanny: whether the worker was started by one.
    """

    def __init__(self, code: str, under_nanny: bool) -> None:
        self.code = code
        answers, written = os.pipe()  # not its standard output, on which imports and nodes print
        command = [sys.executable, "-m", "standin.kedro_ext.dask.node_process", str(os.getpid()), str(written)]
        # TensorFlow's C++ log would bury the lines of nodes.
        env = {"TF_CPP_MIN_LOG_LEVEL": "2", **SPARING, **os.environ}
        for name in THREADS if under_nanny else ():
            env.pop(name, None)
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[written], env=env)
        os.close(written)
        self.answers = os.fdopen(answers, "rb")

    def ask(self, *question: Any, wanted: Callable[[], bool]) -> Any:
        """The answer to what `standin.kedro_ext.dask.node_process.answer` is asked.

        Args:
            wanted: whether anybody still waits for it.

        Raises:
            EOFError: the process has died.
            InterruptedError: nobody waits any more.
        """
        assert self.process.stdin is not None
        try:
            pickle.dump(question, self.process.stdin)
            self.process.stdin.flush()
        except BrokenPipeError:
            raise EOFError from None
        while not select.select([self.answers], [], [], TICK)[0]:
            if not wanted():
                raise InterruptedError
        return pickle.load(self.answers)

    def end(self) -> None:
        """Ends it, now."""
        self.process.kill()
        self.process.wait()
        self.answers.close()


def packed(node: Node, datasets: Mapping[str, Any], signatures: Mapping[str, str | None]) -> bytes:
    """What `run_node` takes: in a form that nobody opens on the way.

    Args:
        datasets: of all its inputs and outputs, by name.
        stamps: of the files that it reads, where the driver sees them.
    """
    return bytes(cloudpickle.dumps((node, dict(datasets), dict(signatures))))


def run_node(name: str, work: bytes, ground: RunEnvironment) -> dict[str, str | None]:
    """Has a node loaded, run and saved.

    A process that dies over it (out of memory, for one) takes the worker with it: what then happens is Dask's matter,
    which gives the node to another worker, and gives it up after a few.

    Args:
        name: of the node.
        work: what `packed` gave.

    Returns:
        Output -> stamp of its files.

    Raises:
        InputError: this machine has other code than the driver, or does not see its files.
        LeakError, TrainingError: as the node raised them.
        RuntimeError: anything else, with its traceback as text.
    """
    from distributed import get_worker
    from distributed.worker import thread_state

    worker, key = get_worker(), thread_state.key

    def wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state in ("executing", "long-running") and worker.status.name in AT_WORK

    with ONE_AT_A_TIME:
        if _CHILDREN and _CHILDREN[0].code != ground.code:
            _CHILDREN.pop().end()
        if not _CHILDREN:
            _CHILDREN.append(Child(ground.code, under_nanny=worker.nanny is not None))
        try:
            error, signatures = _CHILDREN[0].ask(name, work, ground, worker.address, wanted=wanted)
        except EOFError:
            os._exit(1)
        except InterruptedError:  # another worker may have the node by now, and nobody writes beside it
            _CHILDREN.pop().end()
            raise
        if isinstance(error, InputError):  # perhaps of other code: the next one reads what is there then
            _CHILDREN.pop().end()
    if error is not None:
        raise error
    return dict(signatures)
