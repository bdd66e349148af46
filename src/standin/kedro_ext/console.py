"""What a run prints: a line of progress while it runs, and its results at the end."""

import logging
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from kedro.framework.hooks import hook_impl
from kedro.io import CatalogProtocol
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

from standin.core.errors import InputError
from standin.core.live_line import LiveLine
from standin.core.progress import listening
from standin.kedro_ext.compat import local_path
from standin.kedro_ext.durations import Durations, Schedule, node_in_words
from standin.kedro_ext.incremental import Plan
from standin.kedro_ext.incremental.failures import FailedExperiments
from standin.kedro_ext.incremental.state import RECORDS
from standin.kedro_ext.namespaces import groups_of
from standin.kedro_ext.previous import stored_value

log = logging.getLogger(__name__)

Summary = Callable[[str, Mapping[str, Any], Mapping[str, Any]], str]
"""(group, catalog entry -> value, catalog entry -> value before the run if there was one) -> the text to print."""


class ConsoleHook:
    """Prints progress and results.

    Args:
        entries: catalog entries of a group's results, within its namespace.
        summarize: what to print of those that a run makes.
        page: catalog entry of a group's report, whose path is printed.
        overview: catalog entry of the page over all groups.
        renew_overview: writes that page; returns whether there is one.
    """

    def __init__(
        self,
        entries: Sequence[str],
        summarize: Summary,
        page: str,
        overview: str,
        renew_overview: Callable[[CatalogProtocol], bool],
    ) -> None:
        self.entries, self.summarize, self.page = entries, summarize, page
        self.overview, self.renew_overview = overview, renew_overview
        self.nodes = self.started = 0
        self.before: dict[str, dict[str, Any]] = {}
        self.running = ""
        self.began: dict[str, float] = {}
        self.durations: Durations | None = None
        self.schedule = Schedule([], {})
        self.line: LiveLine | None = None
        self.shown = ExitStack()

    @hook_impl
    def before_nodes_run(self, plan: Plan, catalog: CatalogProtocol) -> None:
        self.shown.close()
        self.nodes, self.started, self.began = len(plan.reasons), 0, {}
        self.durations = Durations(catalog.load(RECORDS).folder)
        self.schedule = Schedule(plan.to_run.nodes, self.durations.seconds)
        made = plan.to_run.all_outputs()
        self.before = {
            group: {
                entry: value
                for entry in self.entries
                if (name := f"{group}.{entry}") in made and (value := stored_value(name, catalog)) is not None
            }
            for group in groups_of(plan.to_run)
        }
        line = LiveLine(sys.stdout)
        if self.nodes and line.shown:
            self.line = self.shown.enter_context(line)
            self.shown.enter_context(listening(self._show))

    @hook_impl
    def before_node_run(self, node: Node) -> None:
        self.started += 1
        self.began[node.name] = time.monotonic()
        self.running = node.name
        if self.line is None:
            log.info("[%d/%d] %s", self.started, self.nodes, node.name)  # as --nodes takes it
        else:
            self._show(0.0, "")

    def _words(self) -> str:
        return f"[{self.started}/{self.nodes}] {node_in_words(self.running)}"

    def _show(self, part: float, what: str) -> None:
        """Renews the line: `part` of the node that runs is done, and `what` is being done."""
        if self.line is not None:
            done = self.schedule.done(self.running, part)
            words = f"{self._words()}, {what}" if what else self._words()
            self.line.show(words, done, self.schedule.seconds_left(done))

    @hook_impl(trylast=True)  # a check of the result may fail before
    def after_node_run(self, node: Node) -> None:
        self.schedule.finish(node.name)
        if self.durations and node.name in self.began:
            self.durations.seconds[node.name] = round(time.monotonic() - self.began[node.name], 2)

    @hook_impl(tryfirst=True)
    def on_pipeline_error(self, error: Exception, pipeline: Pipeline, catalog: CatalogProtocol) -> None:
        self._stop()
        if isinstance(error, FailedExperiments):
            self.print_results([name for name in groups_of(pipeline) if name not in error.unchanged], pipeline, catalog)
        if not isinstance(error, InputError):
            log.info("Finished results are kept. Run the same command to resume.")

    @hook_impl
    def on_interrupt(self) -> None:
        self._stop()
        log.info("Interrupted. Finished results and checkpoints are kept. Run the same command to resume.")

    @hook_impl(trylast=True)
    def after_pipeline_run(self, pipeline: Pipeline, catalog: CatalogProtocol) -> None:
        self._stop()
        self.print_results(groups_of(pipeline), pipeline, catalog)

    def _stop(self) -> None:
        """Removes the line, and stores how long the nodes took."""
        self.shown.close()
        self.line = None
        if self.durations and self.schedule.finished:
            self.durations.save()

    def print_results(self, groups: Iterable[str], pipeline: Pipeline, catalog: CatalogProtocol) -> None:
        """Prints each group's results and where its report is, as far as a pipeline makes them; renews the overview."""
        outputs, reported = pipeline.all_outputs(), False
        for group in groups:
            made = [entry for entry in self.entries if f"{group}.{entry}" in outputs]
            if made:
                now = {entry: catalog.load(f"{group}.{entry}") for entry in made}
                print(f"\n{self.summarize(group, now, self.before.get(group, {}))}")  # noqa: T201
            if f"{group}.{self.page}" in outputs:
                reported = True
                print(f"\nReport: {local_path(catalog[f'{group}.{self.page}'])}")  # noqa: T201
        if reported and self.renew_overview(catalog):
            print(f"All data sets: {local_path(catalog[self.overview])}")  # noqa: T201
