"""What a run prints: a line per node while it runs, and its results at the end."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from kedro.framework.hooks import hook_impl
from kedro.io import CatalogProtocol
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

from standin.core.errors import InputError
from standin.kedro_ext.compat import local_path
from standin.kedro_ext.incremental import Plan
from standin.kedro_ext.incremental.failures import FailedExperiments
from standin.kedro_ext.namespaces import groups_of

log = logging.getLogger(__name__)


class ConsoleHook:
    """Prints progress and results.

    Args:
        table: catalog entry of a group's results, within its namespace.
        summarize: (group, table) -> the text to print.
        page: catalog entry of a group's report, whose path is printed.
        overview: catalog entry of the page over all groups.
        renew_overview: writes that page; returns whether there is one.
    """

    def __init__(
        self,
        table: str,
        summarize: Callable[[str, Any], str],
        page: str,
        overview: str,
        renew_overview: Callable[[CatalogProtocol], bool],
    ) -> None:
        self.table, self.summarize, self.page = table, summarize, page
        self.overview, self.renew_overview = overview, renew_overview
        self.nodes = self.started = 0

    @hook_impl
    def before_nodes_run(self, plan: Plan) -> None:
        self.nodes, self.started = len(plan.reasons), 0

    @hook_impl
    def before_node_run(self, node: Node) -> None:
        self.started += 1
        log.info("[%d/%d] %s", self.started, self.nodes, node.name)

    @hook_impl
    def on_pipeline_error(self, error: Exception, pipeline: Pipeline, catalog: CatalogProtocol) -> None:
        if isinstance(error, FailedExperiments):
            self.print_results([name for name in groups_of(pipeline) if name not in error.unchanged], pipeline, catalog)
        if not isinstance(error, InputError):
            log.info("Finished results are kept. Run the same command to resume.")

    @hook_impl(trylast=True)
    def after_pipeline_run(self, pipeline: Pipeline, catalog: CatalogProtocol) -> None:
        self.print_results(groups_of(pipeline), pipeline, catalog)

    def print_results(self, groups: Iterable[str], pipeline: Pipeline, catalog: CatalogProtocol) -> None:
        """Prints each group's table and where its report is, as far as a pipeline makes them; renews the overview."""
        outputs, reported = pipeline.all_outputs(), False
        for group in groups:
            if f"{group}.{self.table}" in outputs:
                print(f"\n{self.summarize(group, catalog.load(f'{group}.{self.table}'))}")  # noqa: T201
            if f"{group}.{self.page}" in outputs:
                reported = True
                print(f"\nReport: {local_path(catalog[f'{group}.{self.page}'])}")  # noqa: T201
        if reported and self.renew_overview(catalog):
            print(f"All data sets: {local_path(catalog[self.overview])}")  # noqa: T201
