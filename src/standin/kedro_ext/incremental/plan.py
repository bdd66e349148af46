"""Before a run: which of its nodes have to run, and why."""

from collections import defaultdict
from typing import NamedTuple

from kedro.io import CatalogProtocol
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

from standin.kedro_ext.incremental.files import same, state_of
from standin.kedro_ext.incremental.records import Records
from standin.kedro_ext.incremental.rules import Rules
from standin.kedro_ext.incremental.state import RECORDS, NodeState, node_state
from standin.kedro_ext.incremental.triggers import Trigger, changes, summary

NAMED = 3
"""Reasons that a plan's sentence names one by one."""
DOWNSTREAM: tuple[Trigger, ...] = ()
"""Reason of a node that runs only because a node before it does, or because of --force."""


class Plan(NamedTuple):
    """What a run will do.

    Attributes:
        pipeline: what was requested.
        rules: of the project.
        states: node -> what its results are to be made from.
        reasons: node -> why it has to run, in the order of running; `DOWNSTREAM` for those without a trigger.
        force: whether all nodes run, up to date or not.
        done: nodes that have run, filled during the run.
    """

    pipeline: Pipeline
    rules: Rules
    states: dict[str, NodeState]
    reasons: dict[str, tuple[Trigger, ...]]
    force: bool
    done: set[str]

    @property
    def to_run(self) -> Pipeline:
        return Pipeline([node for node in self.pipeline.nodes if node.name in self.reasons])

    @property
    def up_to_date(self) -> list[Node]:
        """The nodes that do not run."""
        return [node for node in self.pipeline.nodes if node.name not in self.reasons]

    def sentence(self) -> str:
        """How many nodes are up to date, and why the others run."""
        whole, running = len(self.pipeline.nodes), len(self.reasons)
        if not running:
            return f"All {whole} nodes are up to date. Use --force to rerun them."
        if self.force:
            return f"Running all {whole} nodes (--force)."
        by_reason: dict[str, list[str]] = defaultdict(list)
        for node, triggers in self.reasons.items():
            if triggers:
                by_reason[summary(triggers)].append(node)
        named = [
            f"{nodes[0]}{f' and {len(nodes) - 1} more' if len(nodes) > 1 else ''} ({reason})"
            for reason, nodes in by_reason.items()
        ]
        parts = named[:NAMED] + ([f"{len(named) - NAMED} others"] if len(named) > NAMED else [])
        if downstream := sum(not triggers for triggers in self.reasons.values()):
            parts.append(f"{downstream} downstream")
        up_to_date = f"{whole - running} of {whole} nodes up to date, running {running}"
        return f"{up_to_date if running < whole else f'Running all {whole} nodes'}: {', '.join(parts)}"


def plan(pipeline: Pipeline, catalog: CatalogProtocol, rules: Rules, force: bool = False) -> Plan:
    """Which nodes of a pipeline have to run.

    Args:
        pipeline: what was requested.
        catalog: of the run; its entry `records` holds what earlier runs recorded.
        rules: of the project.
        force: run all nodes, up to date or not.
    """
    records: Records = catalog.load(RECORDS)
    fingerprints: dict[str, str] = {}
    states: dict[str, NodeState] = {}
    reasons: dict[str, tuple[Trigger, ...]] = {}
    out_of_date: set[str] = set()  # catalog entries
    for node in pipeline.nodes:
        states[node.name] = node_state(node, catalog, records, rules, fingerprints)
        fingerprints |= dict.fromkeys(node.outputs, states[node.name].fingerprint)
        downstream = bool(out_of_date & set(node.inputs))
        triggers = DOWNSTREAM if downstream else triggers_of(node, catalog, records, states[node.name])
        if force or downstream or triggers:
            reasons[node.name] = triggers
            out_of_date |= set(node.outputs)
    return Plan(pipeline, rules, states, reasons, force, set())


def triggers_of(node: Node, catalog: CatalogProtocol, records: Records, now: NodeState) -> tuple[Trigger, ...]:
    """Why a node has to run although nothing before it does; empty if its results are up to date."""
    triggers: list[Trigger] = []
    for name in node.outputs:
        record = records.read(name)
        if record is None:
            return (Trigger("new"),)
        files = state_of(catalog, name, record["files"])
        if not same(files, record["files"]):
            before, after = ((state and state["content"]) for state in (record["files"], files))
            triggers.append(Trigger("output", name, before, after))
        triggers += changes(record, now)
    return tuple({(trigger.kind, trigger.name): trigger for trigger in triggers}.values())
