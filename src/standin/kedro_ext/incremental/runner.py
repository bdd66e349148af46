"""A runner that runs only out-of-date nodes, by another runner."""

import logging
from typing import Any

from kedro.framework.hooks.manager import _create_hook_manager
from kedro.io import CatalogProtocol
from kedro.pipeline import Pipeline
from kedro.runner import AbstractRunner, SequentialRunner

from standin.core.errors import FailedExperiments, TrainingError
from standin.kedro_ext.hook_specs import HookSpecs
from standin.kedro_ext.hooks import data_sets_of
from standin.kedro_ext.incremental.plan import Plan, plan
from standin.kedro_ext.incremental.recorder import RecordHook
from standin.pipeline_registry import failed_parts, pipelines_without

log = logging.getLogger(__name__)


class IncrementalRunner(AbstractRunner):
    """Runs by another runner what is not fresh.

    Args:
        runner: any of Kedro's, or of this project.
        fresh: run everything that is asked for anew.
    """

    def __init__(self, runner: AbstractRunner, fresh: bool = False) -> None:
        super().__init__()
        self.runner, self.fresh = runner, fresh

    def __str__(self) -> str:
        return str(self.runner)  # kedro-viz asks whether a run is sequential

    def run(
        self,
        pipeline: Pipeline,
        catalog: CatalogProtocol,
        hook_manager: Any = None,
        run_id: str | None = None,
        only_missing_outputs: bool = False,
    ) -> dict[str, Any]:
        """As Kedro's; `only_missing_outputs`, which looks at nothing but whether files exist, makes no difference."""
        found = plan(pipeline, catalog, asked=self.fresh)
        log.info(found.sentence())
        if hook_manager is not None:
            hook_manager.hook.before_nodes_run(plan=found, catalog=catalog)
        failed = self._run_around_failures(found, catalog, hook_manager, run_id)
        if failed:
            raise self._compare_others(found, failed, catalog, hook_manager, run_id)
        return {name: catalog[name] for name in pipeline.outputs()}

    def _run_around_failures(
        self, found: Plan, catalog: CatalogProtocol, hook_manager: Any, run_id: str | None
    ) -> dict[str, TrainingError]:
        """Runs what a plan says, but for what follows from trainings that come to nothing: node -> its error."""
        failed: dict[str, TrainingError] = {}
        left = found.to_run
        while left.nodes:
            try:
                self.runner.run(left, catalog, hook_manager, run_id)
                break
            except TrainingError as error:
                if not error.node:
                    raise
                for each in (error, *error.others):
                    log.error("%s: %s", each.node, each)
                    failed[each.node] = each
                left = found.to_run - found.pipeline.from_nodes(*failed)
                left = Pipeline([node for node in left.nodes if node.name not in found.done])
        return failed

    def _compare_others(
        self, found: Plan, failed: dict[str, TrainingError], catalog: CatalogProtocol, hook_manager: Any, run_id: Any
    ) -> FailedExperiments:
        """Runs what compares experiments without those that failed."""
        parts = failed_parts({node: str(error) for node, error in failed.items()})
        asked = {node.name for node in found.pipeline.nodes}
        changed = {node.name for node in found.pipeline.from_nodes(*failed).nodes}
        nodes = []
        for left in pipelines_without(parts).values():
            verdicts = {f"{data_set}.compute_verdict" for data_set in parts} & {node.name for node in left.nodes}
            changed |= {node.name for node in left.from_nodes(*verdicts).nodes}
            nodes += [node for node in left.nodes if node.name in changed & asked]
        rest = plan(Pipeline(nodes), catalog)
        for name, states in rest.states.items():  # the code that this process runs, whatever stands in the files now
            rest.states[name] = states._replace(code=found.states[name].code)
        if nodes:
            log.info("Comparing without what failed. %s", rest.sentence())
            hook_manager.hook.before_nodes_run(plan=rest, catalog=catalog)
        if rest.reasons:
            self.runner.run(rest.to_run, catalog, hook_manager, run_id)
        made = {node.name for node in nodes}
        undone = found.reasons.keys() - found.done - made
        data_sets = data_sets_of(found.pipeline)
        left_out = [name for name in data_sets if f"{name}.build_report" in made]
        as_before = [name for name in data_sets if undone & {f"{name}.tabulate", f"{name}.build_report"}]
        return FailedExperiments(failed, left_out, as_before)

    def _get_executor(self, max_workers: int) -> Any:
        return self.runner._get_executor(max_workers)

    def _run(self, *arguments: Any, **named: Any) -> None:
        self.runner._run(*arguments, **named)


def rebuild(pipeline: Pipeline, catalog: CatalogProtocol) -> None:
    """Runs a pipeline outside of a session, fresh or not, and writes down what its results were made of. Whoever calls
    it holds the lock of its data sets."""
    hooks = _create_hook_manager()
    hooks.add_hookspecs(HookSpecs)
    hooks.register(RecordHook())
    IncrementalRunner(SequentialRunner(), fresh=True).run(pipeline, catalog, hooks)
