"""Groups of nodes: those of one top-level namespace, which are run, locked and reported together."""

import re
from collections.abc import Iterable

from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node


def group_of(node: Node) -> str:
    """The first part of a node's namespace; empty where it has none."""
    return (node.namespace or "").partition(".")[0]


def groups_of(pipeline: Pipeline) -> list[str]:
    """The groups of a pipeline, in alphabetical order, numbers by size."""
    return in_order({group_of(node) for node in pipeline.nodes} - {""})


def in_order(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)])
