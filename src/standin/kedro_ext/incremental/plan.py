"""Before a run: which of its nodes have to run, and why."""

import functools
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kedro.io import CatalogProtocol
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

from standin.config.loader import project_root
from standin.core.code_digest import code_digests
from standin.core.mappings import flatten, shorten
from standin.kedro_ext.datasets import HandleDataset
from standin.kedro_ext.incremental.records import Record, Records, signature, signature_of

RECORDS = "records"
"""What the catalog calls them."""
DOWNSTREAM = ""
"""Why a node runs that has no reason of its own: something before it runs."""
MODELS = ".generative_models."
"""In names of parameters that are the entry of one generative model."""
NAMED = 3
"""Reasons that are told one by one."""


class NodeState(NamedTuple):
    """What a node's results would be made of now; its parts are those of `standin.kedro_ext.incremental.records.Record`."""

    fingerprint: str
    parameters: dict[str, Any]
    code: dict[str, str]
    inputs: dict[str, str | None]


class Plan(NamedTuple):
    """What a run will do.

    Attributes:
        pipeline: what was asked for.
        states: node -> what its results are to be made of.
        reasons: node -> why it has to run, in the order of running; `DOWNSTREAM` for those that only follow.
        asked: whether everything was asked for anew.
        done: nodes that have run, filled while they do.
    """

    pipeline: Pipeline
    states: dict[str, NodeState]
    reasons: dict[str, str]
    asked: bool
    done: set[str]

    @property
    def to_run(self) -> Pipeline:
        return Pipeline([node for node in self.pipeline.nodes if node.name in self.reasons])

    @property
    def reused(self) -> list[Node]:
        """The nodes that do not run."""
        return [node for node in self.pipeline.nodes if node.name not in self.reasons]

    def sentence(self) -> str:
        """What is reused, and why the rest runs."""
        whole, running = len(self.pipeline.nodes), len(self.reasons)
        if not running:
            return f"Nothing has changed: the results of all {whole} nodes are reused (--force makes them anew)."
        if self.asked:
            return f"All {whole} nodes run anew, as asked for."
        by_reason: dict[str, list[str]] = defaultdict(list)
        for node, reason in self.reasons.items():
            by_reason[reason].append(node)
        following = len(by_reason.pop(DOWNSTREAM, ()))
        told = [
            f"{nodes[0]}{f' and {len(nodes) - 1} more' if len(nodes) > 1 else ''} ({reason})"
            for reason, nodes in by_reason.items()
        ]
        parts = told[:NAMED] + ([f"{len(told) - NAMED} others"] if len(told) > NAMED else [])
        if following:
            parts.append(f"{following} that follow{'s' if following == 1 else ''}")
        reusing = f"Reusing the results of {whole - running} of {whole} nodes, running {running}"
        return f"{reusing if running < whole else f'Running all {whole} nodes'}: {', '.join(parts)}."


def plan(pipeline: Pipeline, catalog: CatalogProtocol, asked: bool = False) -> Plan:
    """What of a pipeline has to run.

    Args:
        pipeline: what was asked for.
        catalog: of the run; its entry `records` has what earlier ones left.
        asked: run everything, fresh or not.
    """
    records: Records = catalog.load(RECORDS)
    fingerprints: dict[str, str] = {}
    states: dict[str, NodeState] = {}
    reasons: dict[str, str] = {}
    stale: set[str] = set()  # entries
    for node in pipeline.nodes:
        states[node.name] = node_state(node, catalog, records, fingerprints)
        fingerprints |= dict.fromkeys(node.outputs, states[node.name].fingerprint)
        reason = DOWNSTREAM if stale & set(node.inputs) else reason_to_run(node, catalog, records, states[node.name])
        if asked or reason is not None:
            reasons[node.name] = reason or DOWNSTREAM
            stale |= set(node.outputs)
    return Plan(pipeline, states, reasons, asked, set())


def node_state(node: Node, catalog: CatalogProtocol, records: Records, fingerprints: Mapping[str, str]) -> NodeState:
    """What a node's results would be made of now.

    Args:
        fingerprints: entry -> its fingerprint, of what the run makes before.
    """
    parameters = parameters_of(node, catalog)
    code = code_digests(node.func, parameters.values())
    inputs = input_signatures(node, catalog, parameters)
    of_inputs = []
    for name, found in inputs.items():
        earlier = records.read(name)
        of_inputs.append(fingerprints.get(name) or (earlier["fingerprint"] if earlier else found))
    whole = [node.func.__name__, json.dumps(parameters, sort_keys=True), code, [*inputs], of_inputs]
    fingerprint = hashlib.blake2b(json.dumps(whole).encode(), digest_size=16).hexdigest()
    return NodeState(fingerprint, parameters, code, inputs)


def reason_to_run(node: Node, catalog: CatalogProtocol, records: Records, now: NodeState) -> str | None:
    """Why a node has to run although nothing before it does; None if its results are fresh."""
    for name in node.outputs:
        record = records.read(name)
        if record is None:
            return "never finished before"
        files = signature_of(catalog, name)
        if files != record["files"]:
            return f"{name} {'is missing' if files is None else 'was changed'}"
        if record["fingerprint"] != now.fingerprint or record["inputs"] != now.inputs:
            before = record["inputs"]
            changed = [name for name in {**now.inputs, **before} if before.get(name) != now.inputs.get(name)]
            of_inputs = f"{changed[0]} was changed" if changed else "its inputs were made of others"
            return difference(record, now) or of_inputs
    return None


def difference(record: Record, now: NodeState) -> str | None:
    """In what a stored result was made of other parameters or code."""
    before, after = (dict(flatten(parameters)) for parameters in (record["parameters"], now.parameters))
    for key in [*after, *before]:
        if repr(before.get(key)) != repr(after.get(key)):
            return f"{key} was {shorten(before.get(key))}, is {shorten(after.get(key))}"
    changed = [name for name in {**now.code, **record["code"]} if now.code.get(name) != record["code"].get(name)]
    if changed:
        return f"{changed[0]}{f' and {len(changed) - 1} more' if len(changed) > 1 else ''} changed"
    return None


def input_signatures(node: Node, catalog: CatalogProtocol, parameters: Mapping[str, Any]) -> dict[str, str | None]:
    """Entry, or path among the parameters -> stamp, of all that a node reads."""
    return {name: signature_of(catalog, name) for name in data_inputs(node, catalog)} | path_signatures(parameters)


def data_inputs(node: Node, catalog: CatalogProtocol) -> list[str]:
    """The entries that a node reads: neither parameters nor handles."""
    return [
        name for name in node.inputs if not _is_parameter(name) and not isinstance(catalog.get(name), HandleDataset)
    ]


def parameters_of(node: Node, catalog: CatalogProtocol) -> dict[str, Any]:
    """Name -> value of a node's parameters and of what the graph has bound to its function; paths in the project's
    folder are relative, so that it may be moved."""
    bound = dict(node.func.keywords) if isinstance(node.func, functools.partial) else {}
    given = {name.removeprefix("params:"): catalog.load(name) for name in node.inputs if _is_parameter(name)}
    given = {name: _of_model(value) if MODELS in name else value for name, value in given.items()}
    return dict(_relative(json.loads(json.dumps(bound | given)), f"{project_root()}/"))


def _of_model(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A generative model's entry without what says where it is used and how often its state is kept."""
    kept = {key: value for key, value in entry.items() if key not in ("enabled", "arms")}
    return kept | {"training": {key: value for key, value in entry["training"].items() if key != "checkpoint_every"}}


def path_signatures(parameters: Mapping[str, Any]) -> dict[str, str | None]:
    """Path -> stamp, of what sources are given as files or folders; None where there is none (yet)."""
    root = Path(project_root())
    paths = [
        text
        for name, value in parameters.items()
        if name.rpartition(".")[2] == "source"
        for key, text in value.items()
        if key != "_target_" and isinstance(text, str) and (root / text).resolve() != root.resolve()
    ]
    return {path: signature(root / path) for path in paths if "/" in path or (root / path).exists()}


def _relative(value: Any, root: str) -> Any:
    if isinstance(value, dict):
        return {key: _relative(each, root) for key, each in value.items()}
    if isinstance(value, list):
        return [_relative(each, root) for each in value]
    return value.removeprefix(root) if isinstance(value, str) else value


def _is_parameter(name: str) -> bool:
    return name.startswith("params:") or name == "parameters"
