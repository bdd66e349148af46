"""A hook that locks the results of a run."""

from contextlib import ExitStack

from kedro.framework.hooks import hook_impl
from kedro.io import CatalogProtocol
from kedro.pipeline import Pipeline

from standin.io.locks import exclusive_run
from standin.kedro_ext.hooks import data_sets_of
from standin.kedro_ext.incremental.plan import RECORDS


class LockHook:
    """Holds the results of a run's data sets from its beginning to `release`."""

    def __init__(self) -> None:
        self.held = ExitStack()

    @hook_impl(tryfirst=True)
    def before_pipeline_run(self, pipeline: Pipeline, catalog: CatalogProtocol) -> None:
        self.held.enter_context(exclusive_run(data_sets_of(pipeline), catalog.load(RECORDS).folder))

    def release(self) -> None:
        self.held.close()
