"""Runs around failed training nodes: everything that does not depend on them finishes, and what compares experiments
runs without those that failed."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from kedro.io import CatalogProtocol
from kedro.pipeline import Pipeline
from kedro.runner import AbstractRunner

from standin.core.errors import InputError, TrainingError
from standin.kedro_ext.incremental.plan import Plan, plan
from standin.kedro_ext.namespaces import groups_of

log = logging.getLogger(__name__)
REPORT = "report"
"""Tag of nodes whose output a person reads."""


class FailedExperiments(InputError):
    """Training nodes that failed, raised after everything that does not depend on them has finished.

    Attributes:
        unchanged: groups (top-level namespaces) whose report could not be rebuilt.

    Args:
        failed: node -> its error.
        left_out: groups whose report leaves out what failed.
        unchanged: see above.
    """

    def __init__(self, failed: Mapping[str, TrainingError], left_out: Sequence[str], unchanged: Sequence[str]) -> None:
        self.unchanged = unchanged
        named = ", ".join(f"{node} ({error})" for node, error in failed.items())
        sentences = [
            f"{len(failed)} training run{'s' if len(failed) > 1 else ''} failed; everything that does not depend on "
            f"{'them' if len(failed) > 1 else 'it'} finished: {named}."
        ]
        if left_out:
            sentences.append(f"The verdict and the report of {', '.join(left_out)} leave out what failed.")
        if unchanged:
            sentences.append(f"The verdict and the report of {', '.join(unchanged)} were not updated.")
        advice = "Change the parameters or disable the model (enabled=false) and run again: finished results are kept."
        super().__init__(" ".join([*sentences, advice]))


def run_around_failures(
    plan: Plan, runner: AbstractRunner, catalog: CatalogProtocol, hook_manager: Any, run_id: str | None
) -> dict[str, TrainingError]:
    """Runs a plan except for what depends on training nodes that fail: node -> its error."""
    failed: dict[str, TrainingError] = {}
    left = plan.to_run
    while left.nodes:
        try:
            runner.run(left, catalog, hook_manager, run_id)
            break
        except TrainingError as first:
            if not first.node:
                raise
            for error in (first, *first.others):
                log.error("%s: %s", error.node, error)
                failed[error.node] = error
            left = plan.to_run - plan.pipeline.from_nodes(*failed)
            left = Pipeline([node for node in left.nodes if node.name not in plan.done])
    return failed


def compare_without_failed(
    planned: Plan,
    failed: Mapping[str, TrainingError],
    runner: AbstractRunner,
    catalog: CatalogProtocol,
    hook_manager: Any,
    run_id: str | None,
) -> FailedExperiments:
    """Runs what compares experiments without those that failed, and returns the error to raise."""
    remainder = planned.rules.without({node: str(error) for node, error in failed.items()})
    requested = {node.name for node in planned.pipeline.nodes}
    changed = {node.name for node in planned.pipeline.from_nodes(*failed).nodes}
    nodes = []
    for left in remainder.pipelines.values():
        compared = remainder.changed & {node.name for node in left.nodes}
        changed |= {node.name for node in left.from_nodes(*compared).nodes}
        nodes += [node for node in left.nodes if node.name in changed & requested]
    rest = plan(Pipeline(nodes), catalog, planned.rules)
    for name, state in rest.states.items():  # the code that this process runs, whatever is in the files now
        rest.states[name] = state._replace(code=planned.states[name].code)
    if nodes:
        log.info("Comparing without what failed. %s", rest.sentence())
        hook_manager.hook.before_nodes_run(plan=rest, catalog=catalog)
    if rest.reasons:
        runner.run(rest.to_run, catalog, hook_manager, run_id)
    made = {node.name for node in nodes}
    undone = planned.reasons.keys() - planned.done - made
    reports = {
        group: {node.name for node in planned.pipeline.nodes if node.namespace == group and REPORT in node.tags}
        for group in groups_of(planned.pipeline)
    }
    left_out = [group for group, names in reports.items() if names & made]
    unchanged = [group for group, names in reports.items() if names & undone and group not in left_out]
    return FailedExperiments(failed, left_out, unchanged)
