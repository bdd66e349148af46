"""During a run: when all outputs of a node are stored, what they were made from is recorded."""

import logging
from datetime import UTC, datetime

from kedro.framework.hooks import hook_impl
from kedro.io import CatalogProtocol
from kedro.pipeline.node import Node

from standin.core.errors import TrainingError
from standin.kedro_ext.datasets import CheckpointDataset
from standin.kedro_ext.incremental.files import state_of
from standin.kedro_ext.incremental.plan import Plan
from standin.kedro_ext.incremental.records import SCHEMA_VERSION, Record, Records
from standin.kedro_ext.incremental.state import RECORDS, Inputs, NodeState, input_states, node_state, path_states

log = logging.getLogger(__name__)


class RecordHook:
    """Writes a record for each output of each node that has finished.

    The node's checkpoint is removed after that: everything that training leaves is stored by then, in MLflow too.
    """

    def __init__(self) -> None:
        self.plan: Plan | None = None
        self.catalog: CatalogProtocol
        self.unsaved: dict[str, set[str]] = {}  # node -> outputs
        self.read: dict[str, Inputs] = {}  # node -> states of what it reads

    @hook_impl(tryfirst=True)
    def before_nodes_run(self, plan: Plan, catalog: CatalogProtocol) -> None:
        self.plan, self.catalog = plan, catalog
        self._accept_moved(plan)
        if plan.force:
            for node in plan.pipeline.nodes:
                self._clear_checkpoints(node)

    @hook_impl
    def before_node_run(self, node: Node) -> None:
        if self.plan is not None:
            self.unsaved[node.name] = set(node.outputs)
            self.read[node.name] = input_states(node, self.catalog, self.plan.states[node.name].parameters)

    @hook_impl
    def on_node_error(self, error: Exception, node: Node) -> None:
        if isinstance(error, TrainingError):
            error.node = node.name

    @hook_impl(trylast=True)
    def after_dataset_saved(self, dataset_name: str, node: Node) -> None:
        if self.plan is None:
            return
        self.unsaved[node.name].discard(dataset_name)
        if self.unsaved[node.name]:
            return
        self._write(self.plan, node, self.plan.states[node.name])
        self.plan.done.add(node.name)
        self._clear_checkpoints(node)

    def _accept_moved(self, plan: Plan) -> None:
        """Records the new signatures of files whose content is as recorded, so that they are not read again."""
        records: Records = self.catalog.load(RECORDS)
        for node in plan.up_to_date:
            for name in node.outputs:
                record = records.read(name)
                if record is None:
                    continue
                files, inputs = state_of(self.catalog, name, record["files"]), plan.states[node.name].inputs
                if (files, inputs) != (record["files"], record["inputs"]):
                    records.write(name, {**record, "files": files, "inputs": inputs})

    def _write(self, plan: Plan, node: Node, planned: NodeState) -> None:
        records: Records = self.catalog.load(RECORDS)
        now = node_state(node, self.catalog, records, plan.rules, {})  # its inputs have their records by now
        if now.code != planned.code:
            log.warning("%s: its code was changed during this run; the next run repeats it.", node.name)
            return
        read = self.read[node.name]
        # A source that was missing before has been downloaded by the node itself.
        paths = path_states(now.parameters, records)
        downloaded = {path: state for path, state in paths.items() if read.get(path) is None}
        made = datetime.now(UTC).isoformat(timespec="seconds")
        for name in node.outputs:
            record = Record(
                schema_version=SCHEMA_VERSION,
                node=node.name,
                made=made,
                fingerprint=now.fingerprint,
                parameters=now.parameters,
                code=now.code,
                inputs=read | downloaded,
                files=state_of(self.catalog, name),
            )
            records.write(name, record)

    def _clear_checkpoints(self, node: Node) -> None:
        for name in node.inputs:
            if isinstance(self.catalog.get(name), CheckpointDataset):
                checkpoint = self.catalog.load(name).child(node.name.rpartition(".")[2])
                checkpoint.clear()
                checkpoint.clear_children()
