"""What happens on a Dask worker: it hands each node to a process of its own, and waits.

That process (`standin.runners.child`) runs one node at a time, in its main thread, with no other thread beside it that
would draw random numbers: Keras draws its seeds from Python's global generator, from which Dask's own threads draw too.
It stays for the next node, since Keras takes seconds to import, but for one of a run with other code.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any, NamedTuple

import cloudpickle
from kedro.pipeline.node import Node

ONE_AT_A_TIME = threading.Lock()
"""Of a worker's threads."""
_CHILDREN: list["Child"] = []
"""The worker's process for nodes: none or one."""


class Ground(NamedTuple):
    """What a worker and the driver must have in common.

    Attributes:
        code: digest of the package's files and of the versions of those that compute.
        token: a file in the data folder that the driver has just written.
    """

    code: str
    token: str


class Child:
    """A process that runs nodes.

    Args:
        code: of the run that it is for.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        answers, written = os.pipe()  # not its standard output, on which imports and nodes print
        command = [sys.executable, "-m", "standin.runners.child", str(os.getpid()), str(written)]
        # TensorFlow's C++ log would bury the lines of nodes.
        env = {"TF_CPP_MIN_LOG_LEVEL": "2", **os.environ}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[written], env=env)
        os.close(written)
        self.answers = os.fdopen(answers, "rb")

    def ask(self, *question: Any) -> Any:
        """The answer to what `standin.runners.child.answer` is asked.

        Raises:
            EOFError: the process has died.
        """
        assert self.process.stdin is not None
        try:
            pickle.dump(question, self.process.stdin)
            self.process.stdin.flush()
            return pickle.load(self.answers)
        except BrokenPipeError:
            raise EOFError from None

    def end(self) -> None:
        """Ends it, now."""
        self.process.kill()
        self.process.wait()
        self.answers.close()


def packed(node: Node, datasets: Mapping[str, Any]) -> bytes:
    """What `run_node` takes: in a form that nobody opens on the way.

    Args:
        datasets: of all its inputs and outputs, by name.
    """
    return bytes(cloudpickle.dumps((node, dict(datasets))))


def run_node(name: str, work: bytes, ground: Ground) -> None:
    """Has a node loaded, run and saved.

    A process that dies over it (out of memory, for one) takes the worker with it: what then happens is Dask's matter,
    which gives the node to another worker, and gives it up after a few.

    Args:
        name: of the node.
        work: what `packed` gave.

    Raises:
        InputError: this machine has other code than the driver, or does not see its data folder.
        LeakError, TrainingError: as the node raised them.
        RuntimeError: anything else, with its traceback as text.
    """
    from distributed import get_worker

    with ONE_AT_A_TIME:
        if _CHILDREN and _CHILDREN[0].code != ground.code:
            _CHILDREN.pop().end()
        if not _CHILDREN:
            _CHILDREN.append(Child(ground.code))
        try:
            error = _CHILDREN[0].ask(name, work, ground, get_worker().address)
        except EOFError:
            os._exit(1)
    if error is not None:
        raise error
