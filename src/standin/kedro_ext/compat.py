"""Everything private or worded by others that Standin relies on, in one place; each has a test that fails when it
changes (`tests/kedro_ext/test_compat.py`). MLflow's tables are in `standin.kedro_ext.mlflow.store`."""

from pathlib import Path
from typing import Any

from kedro.framework.hooks.manager import _create_hook_manager, _NullPluginManager

UNKNOWN_PIPELINE = "Failed to find the pipeline named "
"""How Kedro's error begins for a pipeline that is not registered; the name in quotes follows."""
DATABASE_ERRORS = (
    "database or disk is full",
    "attempt to write a readonly database",
    "unable to open database file",
    "database is locked",
)
"""How errors of SQLite, in which MLflow stores runs, end where the disk is the cause."""


def new_hook_manager() -> Any:
    """A hook manager with Kedro's hook specifications."""
    return _create_hook_manager()


def no_hooks() -> Any:
    """A hook manager that calls nothing."""
    return _NullPluginManager()


def local_path(dataset: Any) -> Path | None:
    """The file or folder of a dataset of Kedro's or of Standin; None for one in memory."""
    path = getattr(dataset, "_filepath", None) or getattr(dataset, "_path", None)
    return None if path is None else Path(str(path))


def dask_task_key() -> str:
    """The key of the task that the current thread of a Dask worker executes."""
    from distributed.worker import thread_state

    return str(thread_state.key)
