"""What a Dask worker does: it passes each node to a separate process, and waits.

That process (`standin.kedro_ext.dask.node_process`) runs one node at a time, in its main thread, and no other thread of
it draws random numbers: Keras draws its seeds from Python's global generator, from which Dask's own threads draw too.
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
from standin.kedro_ext.compat import dask_task_key

ONE_AT_A_TIME = threading.Lock()
"""Of a worker's threads."""
SPARING = {"TF_FORCE_GPU_ALLOW_GROWTH": "true", "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
"""Lets a process reserve only the GPU memory that it uses: other processes share the GPU."""
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""Dask's nanny sets these to 1, for workers that run many small tasks; training needs all cores."""
TICK = 0.5
"""Polling interval, s: whether the node is still wanted."""
AT_WORK = ("running", "paused", "closing_gracefully")
"""States of a worker that is part of its cluster."""
_CHILDREN: list["Child"] = []
"""The worker's node process: none or one."""


class RunEnvironment(NamedTuple):
    """What a worker must have in common with the driver.

    Attributes:
        code: `standin.core.code_digest.all_code_digest` of the driver.
        token: a file that the driver has just written to the data folder.
    """

    code: str
    token: str


class Child:
    """A process that runs nodes.

    Args:
        code: digest of the run's code.
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

    def ask(self, *request: Any, wanted: Callable[[], bool]) -> Any:
        """What `standin.kedro_ext.dask.node_process.answer` returns for these arguments.

        Args:
            wanted: whether the answer is still needed.

        Raises:
            EOFError: the process has died.
            InterruptedError: the answer is no longer needed.
        """
        assert self.process.stdin is not None
        try:
            pickle.dump(request, self.process.stdin)
            self.process.stdin.flush()
        except BrokenPipeError:
            raise EOFError from None
        while not select.select([self.answers], [], [], TICK)[0]:
            if not wanted():
                raise InterruptedError
        return pickle.load(self.answers)

    def end(self) -> None:
        """Kills it."""
        self.process.kill()
        self.process.wait()
        self.answers.close()


def pack(node: Node, datasets: Mapping[str, Any], signatures: Mapping[str, str | None]) -> bytes:
    """The argument of `run_node`, as bytes, which Dask does not inspect.

    Args:
        datasets: of all its inputs and outputs, by name.
        signatures: of the files that it reads, as the driver sees them.
    """
    return bytes(cloudpickle.dumps((node, dict(datasets), dict(signatures))))


def run_node(name: str, work: bytes, environment: RunEnvironment) -> dict[str, str | None]:
    """Loads, runs and saves a node in the worker's node process.

    If that process dies (out of memory, for example), the worker dies too: Dask then gives the node to another worker,
    and gives up after several.

    Args:
        name: of the node.
        work: what `pack` returned.

    Returns:
        Output -> signature of its files.

    Raises:
        InputError: this machine has other code than the driver, or does not see its files.
        LeakError, TrainingError: as the node raised them.
        RuntimeError: anything else, with its traceback as text.
    """
    from distributed import get_worker

    worker, key = get_worker(), dask_task_key()

    def wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state in ("executing", "long-running") and worker.status.name in AT_WORK

    with ONE_AT_A_TIME:
        if _CHILDREN and _CHILDREN[0].code != environment.code:
            _CHILDREN.pop().end()
        if not _CHILDREN:
            _CHILDREN.append(Child(environment.code, under_nanny=worker.nanny is not None))
        try:
            error, signatures = _CHILDREN[0].ask(name, work, environment, worker.address, wanted=wanted)
        except EOFError:
            os._exit(1)
        except InterruptedError:  # another worker may have the node by now, and only one may write
            _CHILDREN.pop().end()
            raise
        if isinstance(error, InputError):  # perhaps of other code: a new process reads the current files
            _CHILDREN.pop().end()
    if error is not None:
        raise error
    return dict(signatures)
