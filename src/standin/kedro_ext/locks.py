"""A hook that locks what a run writes."""

from contextlib import ExitStack

from kedro.framework.hooks import hook_impl
from kedro.io import CatalogProtocol
from kedro.pipeline import Pipeline

from standin.io.locks import exclusive_run
from standin.kedro_ext.incremental.state import RECORDS
from standin.kedro_ext.namespaces import groups_of


class LockHook:
    """Locks the groups (top-level namespaces) of a run from its start until `release`."""

    def __init__(self) -> None:
        self.held = ExitStack()

    @hook_impl(tryfirst=True)
    def before_pipeline_run(self, pipeline: Pipeline, catalog: CatalogProtocol) -> None:
        self.held.enter_context(exclusive_run(groups_of(pipeline), catalog.load(RECORDS).folder))

    def release(self) -> None:
        self.held.close()
