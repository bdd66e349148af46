"""A Kedro session that locks its data sets and runs only out-of-date nodes."""

from typing import Any, ClassVar

import click
from kedro.framework.project import pipelines
from kedro.framework.session import KedroSession
from kedro.pipeline import Pipeline
from kedro.runner import AbstractRunner, ParallelRunner, SequentialRunner, ThreadRunner

from standin.core.errors import InputError
from standin.kedro_ext.hook_specs import HookSpecs
from standin.kedro_ext.incremental import RecordHook, Rules
from standin.kedro_ext.incremental.runner import IncrementalRunner
from standin.kedro_ext.locks import LockHook
from standin.kedro_ext.selection import unknown_selection

FORCE = "standin.force"
"""Key in click's context: whether --force was given."""


class IncrementalSession(KedroSession):
    """A Kedro session whose run leaves out nodes that are up to date.

    Attributes:
        rules: of the project; a subclass in `settings.py` sets them.
    """

    rules: ClassVar[Rules] = Rules()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._locks = LockHook()
        self._hook_manager.add_hookspecs(HookSpecs)
        self._hook_manager.register(RecordHook())
        self._hook_manager.register(self._locks)

    def run(self, *arguments: Any, runner: AbstractRunner | None = None, **named: Any) -> dict[str, Any]:
        """As Kedro's.

        Raises:
            InputError: the runner runs nodes in threads or forked processes, or there is no node, tag, namespace or
                catalog entry of a given name.
        """
        context = click.get_current_context(silent=True)
        force = bool(context and context.meta.get(FORCE))
        if isinstance(runner, ParallelRunner | ThreadRunner):
            raise InputError(
                f"--runner must not be {type(runner).__name__}: threads share random seeds, and TensorFlow hangs in "
                "forked processes; use standin.kedro_ext.dask.DaskRunner to run nodes in parallel"
            )
        incremental = IncrementalRunner(runner or SequentialRunner(), self.rules, force)
        incremental.plan_first(self._hook_manager)
        try:
            return super().run(*arguments, runner=incremental, **named)
        except KeyboardInterrupt:
            self._hook_manager.hook.on_interrupt()
            raise
        except ValueError as error:  # Kedro's own says less
            if unknown := unknown_selection(self._requested(named.get("pipeline_names")), named):
                raise InputError(unknown) from error
            raise
        finally:
            self._hook_manager.unregister(incremental)
            self._locks.release()

    @staticmethod
    def _requested(names: list[str] | None) -> list[Pipeline]:
        """The pipelines of a run, as far as they exist."""
        return [pipelines[name] for name in names or ["__default__"] if name in pipelines]
