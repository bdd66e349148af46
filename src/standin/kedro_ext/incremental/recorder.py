"""During a run: when all that a node makes is stored, what it was made of is written down."""

import logging
from datetime import UTC, datetime

from kedro.framework.hooks import hook_impl
from kedro.io import CatalogProtocol
from kedro.pipeline.node import Node

from standin.kedro_ext.datasets import CheckpointDataset
from standin.kedro_ext.incremental.plan import RECORDS, NodeState, Plan, input_signatures, node_state, path_signatures
from standin.kedro_ext.incremental.records import Record, signature_of

log = logging.getLogger(__name__)


class RecordHook:
    """Writes a record for each output of each node that has come to its end.

    A node's checkpoint may go after that: all that training leaves is kept then, in MLflow too.
    """

    def __init__(self) -> None:
        self.plan: Plan | None = None
        self.catalog: CatalogProtocol
        self.unsaved: dict[str, set[str]] = {}  # by node, its outputs
        self.read: dict[str, dict[str, str | None]] = {}  # by node, stamps of what it reads

    @hook_impl(tryfirst=True)
    def before_nodes_run(self, plan: Plan, catalog: CatalogProtocol) -> None:
        self.plan, self.catalog = plan, catalog
        if plan.asked:
            for node in plan.pipeline.nodes:
                self._clear_checkpoints(node)

    @hook_impl
    def before_node_run(self, node: Node) -> None:
        if self.plan is not None:
            self.unsaved[node.name] = set(node.outputs)
            self.read[node.name] = input_signatures(node, self.catalog, self.plan.states[node.name].parameters)

    @hook_impl(trylast=True)
    def after_dataset_saved(self, dataset_name: str, node: Node) -> None:
        if self.plan is None:
            return
        self.unsaved[node.name].discard(dataset_name)
        if self.unsaved[node.name]:
            return
        self._write(node, self.plan.states[node.name])
        self.plan.done.add(node.name)
        self._clear_checkpoints(node)

    def _write(self, node: Node, planned: NodeState) -> None:
        records = self.catalog.load(RECORDS)
        now = node_state(node, self.catalog, records, {})  # what it was made from has its records by now
        if now.code != planned.code:
            log.warning("%s: its code was changed during this run; the next one makes its results anew.", node.name)
            return
        read = self.read[node.name]
        # A source that was not there before has been fetched by the node itself.
        fetched = {path: found for path, found in path_signatures(now.parameters).items() if read.get(path) is None}
        made = datetime.now(UTC).isoformat(timespec="seconds")
        for name in node.outputs:
            record = Record(
                node=node.name,
                made=made,
                fingerprint=now.fingerprint,
                parameters=now.parameters,
                code=now.code,
                inputs=read | fetched,
                files=signature_of(self.catalog, name),
            )
            records.write(name, record)

    def _clear_checkpoints(self, node: Node) -> None:
        for name in node.inputs:
            if isinstance(self.catalog.get(name), CheckpointDataset):
                own = self.catalog.load(name).child(node.name.rpartition(".")[2])
                own.clear()
                own.clear_children()
