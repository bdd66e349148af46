"""A Kedro session that locks its data sets and runs only out-of-date nodes."""

from typing import Any

import click
from kedro.framework.session import KedroSession
from kedro.runner import AbstractRunner, ParallelRunner, SequentialRunner, ThreadRunner

from standin.core.errors import InputError
from standin.kedro_ext.hook_specs import HookSpecs
from standin.kedro_ext.incremental.recorder import RecordHook
from standin.kedro_ext.incremental.runner import IncrementalRunner
from standin.kedro_ext.locks import LockHook

FORCE = "standin.fresh"  # whether --force was given, in click's context


class Session(KedroSession):
    """A Kedro session whose run reuses what is fresh."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._locks = LockHook()
        self._hook_manager.add_hookspecs(HookSpecs)
        self._hook_manager.register(RecordHook())
        self._hook_manager.register(self._locks)

    def run(self, *arguments: Any, runner: AbstractRunner | None = None, **named: Any) -> dict[str, Any]:
        """As Kedro's."""
        context = click.get_current_context(silent=True)
        fresh = bool(context and context.meta.get(FORCE))
        if isinstance(runner, ParallelRunner | ThreadRunner):
            raise InputError(
                f"--runner must not be {type(runner).__name__}: seeds belong to a process, so that threads would train "
                "other models, and TensorFlow hangs in forked processes; standin.kedro_ext.dask.DaskRunner runs nodes in parallel"
            )
        try:
            return super().run(*arguments, runner=IncrementalRunner(runner or SequentialRunner(), fresh), **named)
        finally:
            self._locks.release()
