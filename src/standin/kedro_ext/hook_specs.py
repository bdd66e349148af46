"""Hooks in addition to Kedro's own."""

from kedro.framework.hooks.markers import hook_spec
from kedro.io import CatalogProtocol

from standin.kedro_ext.incremental.plan import Plan


class HookSpecs:
    """Hooks in addition to Kedro's own."""

    @hook_spec
    def after_plan_created(self, plan: Plan) -> None:
        """Called once it is known which nodes a session runs, before the run is recorded."""

    @hook_spec
    def on_interrupt(self) -> None:
        """Called when Ctrl-C ends a run. Kedro's `on_pipeline_error` is not."""

    @hook_spec
    def before_nodes_run(self, plan: Plan, catalog: CatalogProtocol) -> None:
        """Called after `before_pipeline_run`, once it is known which nodes run and which are up to date; called again
        with a second plan where experiments failed and the others are compared."""
