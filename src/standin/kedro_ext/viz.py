"""The graph as kedro-viz shows it: the boxes of a pipeline are its stages.

kedro-viz draws a box for each namespace, so a pipeline in one namespace opens as a single box. In the graph that it is
given here, the namespace with the pipeline's name is left out, and each node is in a namespace for its stage: the name
after `stage.` in one of its tags. Names of nodes and entries stay as they are, so that the commands that kedro-viz
shows work. To keep a screen readable, some catalog entries are not shown at all, and others only in the box that makes
them.
"""

import sys
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib import import_module
from typing import Any

from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

TAG = "stage."
"""How the tag that names a node's stage begins."""
LOADER = "kedro_viz.integrations.kedro.data_loader"
"""The module of kedro-viz that reads the pipelines, from its attribute `pipelines`."""


@dataclass(frozen=True)
class Visibility:
    """Which catalog entries are shown, as patterns of their names without namespace, such as `*_seen`.

    Attributes:
        hidden: nowhere.
        inner: only in the box that makes them, not as its outputs and inputs of other boxes.
    """

    hidden: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()


def install(visibility: Visibility) -> None:
    """Has kedro-viz show the boxes described above, if this process is one of kedro-viz."""
    loader = _loader()
    if loader and not isinstance(loader.pipelines, _Shown):
        loader.pipelines = _Shown(loader.pipelines, visibility)


def shown(name: str, pipeline: Pipeline, visibility: Visibility) -> Pipeline:
    """The pipeline `name` as kedro-viz shows it: to be drawn, not run."""
    boxes = {node: _box(name, node) for node in pipeline.nodes}
    made_in = {entry: box for node, box in boxes.items() for entry in node.outputs}
    nodes = []
    for node, box in boxes.items():
        elsewhere = [entry for entry in node.inputs if made_in.get(entry, box) != box]
        inputs = [entry for entry in node.inputs if entry not in elsewhere or not _is(entry, visibility.inner)]
        inputs, outputs = ([e for e in part if not _is(e, visibility.hidden)] for part in (inputs, node.outputs))
        nodes.append(_ShownNode(node, box, inputs, outputs))
    return _ShownPipeline(nodes, visibility.inner)


class _Shown(Mapping[str, Pipeline]):
    """The registered pipelines, each as it is shown. They are read late, since kedro-viz creates a session before."""

    def __init__(self, pipelines: Mapping[str, Pipeline], visibility: Visibility) -> None:
        self._pipelines = pipelines
        self._visibility = visibility

    def __getitem__(self, name: str) -> Pipeline:
        pipeline = self._pipelines[name]
        same = (other for other in self._pipelines if other != name and self._pipelines[other] == pipeline)
        return shown(next(same, name) if name == "__default__" else name, pipeline, self._visibility)

    def __iter__(self) -> Iterator[str]:
        return iter(self._pipelines)

    def __len__(self) -> int:
        return len(self._pipelines)


class _ShownPipeline(Pipeline):
    """A pipeline whose `outputs()` leave out inner entries: kedro-viz draws the outputs of a box next to it."""

    def __init__(self, nodes: Iterable[Node], inner: tuple[str, ...]) -> None:
        super().__init__(nodes)
        self._inner = inner

    def outputs(self) -> set[str]:
        return {entry for entry in super().outputs() if not _is(entry, self._inner)}

    def only_nodes_with_namespaces(self, node_namespaces: list[str]) -> Pipeline:
        return _ShownPipeline(super().only_nodes_with_namespaces(node_namespaces).nodes, self._inner)


class _ShownNode(Node):
    """A node in another namespace, under its own name, which may have fewer inputs than its function takes."""

    def __init__(self, node: Node, namespace: str | None, inputs: list[str], outputs: list[str]) -> None:
        self._own_name = node.name
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Kedro expects the names of entries to begin with the namespace
            super().__init__(node.func, inputs, outputs, name=node.short_name, tags=node.tags, namespace=namespace)

    @property
    def name(self) -> str:
        return self._own_name

    def _validate_inputs(self, func: object, inputs: object) -> None:
        """Kedro's check of the inputs of the node itself has passed."""


def _box(pipeline: str, node: Node) -> str | None:
    """The namespace of the box that shows a node; None: it is shown outside of all boxes."""
    stage = next((tag.removeprefix(TAG) for tag in sorted(node.tags) if tag.startswith(TAG)), "")
    within = f"{node.namespace or ''}.".removesuffix(f".{stage}.").removeprefix(f"{pipeline}.").strip(".")
    return f"{within}.{stage}".strip(".") or None


def _is(entry: str, patterns: Collection[str]) -> bool:
    return any(fnmatch(entry.rpartition(".")[2], pattern) for pattern in patterns)


def _loader() -> Any:
    """kedro-viz's loader; None in other processes. Its servers are processes of their own, with the arguments of the
    first one, or those of a notebook."""
    if sys.argv[1:2] == ["viz"]:
        return import_module(LOADER)
    return sys.modules.get(LOADER)
