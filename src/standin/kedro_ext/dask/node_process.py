"""The process that runs a Dask worker's nodes; the worker starts it by `python -m`.

Requests come through standard input, answers go to the file descriptor that the worker names; nodes print where the
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
from kedro.io import DataCatalog
from kedro.runner.task import Task

from standin.core.code_digest import all_code_digest
from standin.core.error_messages import user_message
from standin.core.errors import InputError, LeakError, TrainingError
from standin.kedro_ext.compat import DATABASE_ERRORS, no_hooks
from standin.kedro_ext.dask.shared_files import wait_until_visible
from standin.kedro_ext.dask.worker import RunEnvironment
from standin.kedro_ext.incremental.files import signature_of

PATIENCE = 60
"""Seconds to wait for files that another machine has written."""
PASSED_ON = (InputError, LeakError, TrainingError)
"""Errors that are passed on as they are. Of others, only the traceback is: not all can be pickled."""


def main() -> None:
    """Answers requests until standard input ends or the worker dies."""
    worker, descriptor = map(int, sys.argv[1:])
    threading.Thread(target=end_with, args=(worker,), daemon=True).start()
    with os.fdopen(descriptor, "wb") as answers:
        while True:
            try:
                request = pickle.load(sys.stdin.buffer)
            except EOFError:
                return
            pickle.dump(answer(*request), answers)
            answers.flush()


def end_with(worker: int) -> None:
    """Ends this process soon after the worker has died: another worker will run the node."""
    while os.getppid() == worker:
        time.sleep(0.2)
    os._exit(1)


def answer(
    name: str, work: bytes, environment: RunEnvironment, address: str
) -> tuple[Exception | None, dict[str, str | None]]:
    """Loads, runs and saves a node.

    Args:
        name: of the node.
        work: what `standin.kedro_ext.dask.worker.pack` returned.
        address: of the worker.

    Returns:
        The error, in a form that can be pickled; and output -> signature of its files.
    """
    try:
        verify(environment, address)
        node, datasets, signatures = cloudpickle.loads(work)
        catalog = DataCatalog(datasets)
        if unseen := wait_until_visible(signatures, catalog, PATIENCE):
            raise InputError(
                f"worker {address} does not see {unseen} as it was written: is its data folder the driver's?"
            )
        Task(node, catalog, is_async=False, hook_manager=no_hooks()).execute()
        return None, {output: signature_of(catalog, output) for output in node.outputs}
    except PASSED_ON as error:
        error.__cause__ = error.__context__ = None
        return error.with_traceback(None), {}
    except Exception as error:
        if sentence := user_message(error, DATABASE_ERRORS):
            return InputError(f"worker {address}: {sentence}"), {}
        return RuntimeError(f"{name} failed on worker {address}:\n{traceback.format_exc()}"), {}


def verify(environment: RunEnvironment, address: str) -> None:
    """
    Raises:
        InputError: this process has other code than the driver, or does not see the driver's data folder.
    """
    if all_code_digest() != environment.code:
        raise InputError(f"worker {address}: code or package versions differ from the driver's")
    if not Path(environment.token).exists():
        raise InputError(
            f"worker {address} must see this project's data folder under the same path, "
            f"but {environment.token} does not exist there"
        )


if __name__ == "__main__":
    main()
