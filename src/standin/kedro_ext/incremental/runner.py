"""A runner that runs only out-of-date nodes, by another runner."""

import logging
from typing import Any

from kedro.framework.hooks import hook_impl
from kedro.io import CatalogProtocol
from kedro.pipeline import Pipeline
from kedro.runner import AbstractRunner, SequentialRunner

from standin.kedro_ext import garbage
from standin.kedro_ext.compat import new_hook_manager
from standin.kedro_ext.hook_specs import HookSpecs
from standin.kedro_ext.incremental.failures import compare_without_failed, run_around_failures
from standin.kedro_ext.incremental.plan import Plan, plan
from standin.kedro_ext.incremental.recorder import RecordHook
from standin.kedro_ext.incremental.rules import Rules

log = logging.getLogger(__name__)


class IncrementalRunner(AbstractRunner):
    """Runs the out-of-date nodes of a pipeline by another runner. In a session it is a hook as well, which plans the
    run before other hooks need the plan.

    Args:
        runner: any of Kedro's, or of this project.
        rules: of the project.
        force: run all nodes, up to date or not.
    """

    def __init__(self, runner: AbstractRunner, rules: Rules, force: bool = False) -> None:
        super().__init__()
        self.runner, self.rules, self.force = runner, rules, force
        self.planned: Plan | None = None
        self.hook_manager: Any = None

    def plan_first(self, hook_manager: Any) -> None:
        """Makes the plan of the session's run and announces it, once the run has its locks and before the hooks that
        were registered earlier: a later registration is called first."""
        self.hook_manager = hook_manager
        hook_manager.register(self)

    @hook_impl
    def before_pipeline_run(self, pipeline: Pipeline, catalog: CatalogProtocol) -> None:
        self.planned = plan(pipeline, catalog, self.rules, self.force)
        self.hook_manager.hook.after_plan_created(plan=self.planned)

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
        """As Kedro's; `only_missing_outputs`, which checks only whether files exist, makes no difference.

        Raises:
            FailedExperiments: training nodes failed.
        """
        planned = self.planned or plan(pipeline, catalog, self.rules, self.force)
        log.info(planned.sentence())
        if hook_manager is not None:
            hook_manager.hook.before_nodes_run(plan=planned, catalog=catalog)
        garbage.resume()
        failed = run_around_failures(planned, self.runner, catalog, hook_manager, run_id)
        if failed:
            raise compare_without_failed(planned, failed, self.runner, catalog, hook_manager, run_id)
        return {name: catalog[name] for name in pipeline.outputs()}

    def _get_executor(self, max_workers: int) -> Any:
        return self.runner._get_executor(max_workers)

    def _run(self, *arguments: Any, **named: Any) -> None:
        self.runner._run(*arguments, **named)


def rebuild(pipeline: Pipeline, catalog: CatalogProtocol, rules: Rules) -> None:
    """Runs a pipeline outside a session, up to date or not, and records what its results were made from. The caller
    holds the locks."""
    hooks = new_hook_manager()
    hooks.add_hookspecs(HookSpecs)
    hooks.register(RecordHook())
    IncrementalRunner(SequentialRunner(), rules, force=True).run(pipeline, catalog, hooks)
