"""The process in which a Dask worker's nodes run: `python -m standin.kedro_ext.dask.node_process`, started by the worker.

Questions come through its standard input, answers go to the file that the worker names; what nodes print goes where the
worker prints.
"""

import os
import pickle
import sys
import threading
import time
import traceback
from pathlib import Path

import cloudpickle
from kedro.framework.hooks.manager import _NullPluginManager
from kedro.io import DataCatalog
from kedro.runner.task import Task

from standin.core.code_digest import all_code_digest
from standin.core.error_messages import user_message
from standin.core.errors import InputError, LeakError, TrainingError
from standin.kedro_ext.dask.shared_files import wait_until_visible
from standin.kedro_ext.dask.worker import RunEnvironment
from standin.kedro_ext.incremental.records import signature_of

PATIENCE = 60
"""Seconds to wait for files that another machine has written."""
PASSED_ON = (InputError, LeakError, TrainingError)
"""Errors that mean the same to the driver. Of others the traceback is passed on: not all can be pickled."""


def main() -> None:
    """Answers until there are no more questions, or the worker is gone."""
    worker, file = map(int, sys.argv[1:])
    threading.Thread(target=end_with, args=(worker,), daemon=True).start()
    with os.fdopen(file, "wb") as answers:
        while True:
            try:
                question = pickle.load(sys.stdin.buffer)
            except EOFError:
                return
            pickle.dump(answer(*question), answers)
            answers.flush()


def end_with(worker: int) -> None:
    """Ends this process soon after the worker has died: another worker will run the node."""
    while os.getppid() == worker:
        time.sleep(0.2)
    os._exit(1)


def answer(
    name: str, work: bytes, ground: RunEnvironment, address: str
) -> tuple[Exception | None, dict[str, str | None]]:
    """Loads, runs and saves a node.

    Args:
        name: of the node.
        work: what `standin.kedro_ext.dask.worker.packed` gave.
        address: of the worker.

    Returns:
        What went wrong, in a form that can be pickled; and output -> stamp of its files.
    """
    try:
        verify(ground, address)
        node, datasets, signatures = cloudpickle.loads(work)
        catalog = DataCatalog(datasets)
        if unseen := wait_until_visible(signatures, catalog, PATIENCE):
            raise InputError(f"worker {address} must see {unseen} as it was written, but has another, or none")
        Task(node, catalog, is_async=False, hook_manager=_NullPluginManager()).execute()
        return None, {output: signature_of(catalog, output) for output in node.outputs}
    except PASSED_ON as error:
        error.__cause__ = error.__context__ = None
        return error.with_traceback(None), {}
    except Exception as error:
        if sentence := user_message(error):
            return InputError(f"worker {address}: {sentence}"), {}
        return RuntimeError(f"{name} failed on worker {address}:\n{traceback.format_exc()}"), {}


def verify(ground: RunEnvironment, address: str) -> None:
    """
    Raises:
        InputError: this process has other code than the driver, or does not see its data folder.
    """
    if all_code_digest() != ground.code:
        raise InputError(f"worker {address} must have the code and the packages of this run, but has others")
    if not Path(ground.token).exists():
        raise InputError(
            f"worker {address} must see this project's data folder under the same path, but {ground.token} is not there"
        )


if __name__ == "__main__":
    main()
