"""What a node's results would be made from now."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from kedro.io import CatalogProtocol
from kedro.pipeline.node import Node
from kedro.utils import find_kedro_project

from standin.core.code_digest import code_digests
from standin.core.paths import file_arguments
from standin.kedro_ext.datasets import HandleDataset
from standin.kedro_ext.incremental.files import FileState, file_state, state_of
from standin.kedro_ext.incremental.records import Records
from standin.kedro_ext.incremental.rules import Rules

RECORDS = "records"
"""Name of the records' catalog entry."""
Inputs = dict[str, FileState | None]


class NodeState(NamedTuple):
    """What a node's results would be made from now; see `standin.kedro_ext.incremental.records.Record`."""

    fingerprint: str
    parameters: dict[str, Any]
    code: dict[str, str]
    inputs: Inputs


def node_state(
    node: Node, catalog: CatalogProtocol, records: Records, rules: Rules, fingerprints: Mapping[str, str]
) -> NodeState:
    """What a node's results would be made from now.

    Args:
        rules: say which parts of parameters count.
        fingerprints: catalog entry -> its fingerprint, of what earlier nodes of the run make.
    """
    parameters = parameters_of(node, catalog, rules)
    code = code_digests(node.func, parameters.values())
    inputs = input_states(node, catalog, parameters)
    of_inputs = []
    for name, state in inputs.items():
        made = records.read(name)
        of_inputs.append(fingerprints.get(name) or (made["fingerprint"] if made else state and state["content"]))
    whole = [node.func.__name__, json.dumps(parameters, sort_keys=True), code, [*inputs], of_inputs]
    fingerprint = hashlib.blake2b(json.dumps(whole).encode(), digest_size=16).hexdigest()
    return NodeState(fingerprint, parameters, code, inputs)


def input_states(node: Node, catalog: CatalogProtocol, parameters: Mapping[str, Any]) -> Inputs:
    """Catalog entry, or path among the parameters -> state of its files, of everything that a node reads."""
    records: Records = catalog.load(RECORDS)
    before = records.read(node.outputs[0]) if node.outputs else None
    recorded: Inputs = before["inputs"] if before else {}
    states: Inputs = {}
    for name in data_inputs(node, catalog):
        made = records.read(name)
        states[name] = state_of(catalog, name, made["files"] if made else recorded.get(name))
    return states | path_states(parameters, records, recorded)


def path_states(parameters: Mapping[str, Any], records: Records, recorded: Inputs | None = None) -> Inputs:
    """Path -> state, of the files and folders that arguments of models, classifiers and sources name; None where there
    is none (yet). A folder that holds the records changes with every run, and does not count."""
    root, results = project_root(), records.folder.resolve()
    paths = [path for path in file_arguments(parameters, root) if not results.is_relative_to((root / path).resolve())]
    return {path: file_state(root / path, (recorded or {}).get(path)) for path in paths}


def data_inputs(node: Node, catalog: CatalogProtocol) -> list[str]:
    """The catalog entries that a node reads: neither parameters nor handles."""
    return [
        name for name in node.inputs if not _is_parameter(name) and not isinstance(catalog.get(name), HandleDataset)
    ]


def parameters_of(node: Node, catalog: CatalogProtocol, rules: Rules) -> dict[str, Any]:
    """Name -> value of a node's parameters and of the constants that are bound to its function (its attribute `bound`).
    Paths inside the project are relative, so that it may be moved."""
    given = {name.removeprefix("params:"): catalog.load(name) for name in node.inputs if _is_parameter(name)}
    given = {name: rules.relevant(name, value) for name, value in given.items()}
    whole = json.loads(json.dumps(getattr(node.func, "bound", {}) | given))
    return dict(_relative(whole, f"{project_root()}/"))


def project_root() -> Path:
    """The folder of the Kedro project at or above the working directory; that directory where there is none."""
    return find_kedro_project(Path.cwd()) or Path.cwd()


def _relative(value: Any, root: str) -> Any:
    if isinstance(value, dict):
        return {key: _relative(item, root) for key, item in value.items()}
    if isinstance(value, list):
        return [_relative(item, root) for item in value]
    return value.removeprefix(root) if isinstance(value, str) else value


def _is_parameter(name: str) -> bool:
    return name.startswith("params:") or name == "parameters"
