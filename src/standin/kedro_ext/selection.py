"""Names by which a run selects nodes."""

from collections.abc import Iterable, Mapping
from typing import Any

from kedro.pipeline import Pipeline

from standin.core.validation import did_you_mean

WORDS = {
    "node_names": "node",
    "from_nodes": "node",
    "to_nodes": "node",
    "tags": "tag",
    "namespaces": "namespace",
    "from_inputs": "catalog entry",
    "to_outputs": "catalog entry",
}
"""Argument of `KedroSession.run` -> what it names."""


def unknown_selection(pipelines: Iterable[Pipeline], named: Mapping[str, Any]) -> str | None:
    """A sentence on the first name that no node of these pipelines has, with the closest one; None if there is none.

    Args:
        named: arguments of `KedroSession.run`.
    """
    nodes = [node for pipeline in pipelines for node in pipeline.nodes]
    known = {
        "node": dict.fromkeys(node.name for node in nodes),
        "tag": dict.fromkeys(tag for node in nodes for tag in sorted(node.tags)),
        "namespace": dict.fromkeys(prefix for node in nodes for prefix in node.namespace_prefixes),
        "catalog entry": dict.fromkeys(name for node in nodes for name in (*node.inputs, *node.outputs)),
    }
    for argument, word in WORDS.items():
        for name in named.get(argument) or ():
            if name not in known[word]:
                return f"no {word} {name!r}{did_you_mean(name, known[word])}"
    return None
