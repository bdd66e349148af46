"""Why one node would run, in full: what changed, from what to what, and how the node depends on it."""

from collections.abc import Iterator

from kedro.pipeline.node import Node

from standin.core.code_digest import import_chain
from standin.core.mappings import shorten
from standin.kedro_ext.incremental.plan import Plan
from standin.kedro_ext.incremental.triggers import Trigger


def explain(plan: Plan, name: str) -> str:
    """The reasons for which a node of a plan would run, a line each.

    Args:
        name: of a node of the plan's pipeline.
    """
    node = next(node for node in plan.pipeline.nodes if node.name == name)
    if name not in plan.reasons:
        return f"{name} is up to date."
    triggers = plan.reasons[name]
    lines = [line for trigger in triggers for line in _lines(plan, node, trigger)]
    if not triggers:
        upstream = plan.pipeline.to_nodes(name).nodes
        causes = [before.name for before in upstream if plan.reasons.get(before.name)]
        lines = [f"  downstream of {cause}: {plan.reasons[cause][0]}" for cause in causes] or ["  --force"]
    return "\n".join([f"{name} is out of date:", *lines])


def _lines(plan: Plan, node: Node, trigger: Trigger) -> Iterator[str]:
    if trigger.kind in ("new", "rebuilt"):
        yield f"  {trigger}"
        return
    kinds = {"output": "stored result", "input": "file"}
    values = " -> ".join("none" if value is None else shorten(value) for value in (trigger.before, trigger.after))
    yield f"  {kinds.get(trigger.kind, trigger.kind)} {trigger.name}: {values}"
    if trigger.kind == "code":
        chain = import_chain(node.func, plan.states[node.name].parameters.values(), trigger.name)
        if len(chain) > 1:
            yield f"    imported by {' -> '.join(chain)}"
        elif not chain and trigger.after is None:
            yield "    no longer imported"
