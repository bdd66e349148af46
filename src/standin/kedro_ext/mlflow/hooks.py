"""The hook that logs runs: kedro-mlflow starts and ends the run and reads `mlflow.yml`; everything else happens here.

An output is logged as soon as its node has finished, so that a run that fails later keeps it. Child runs are written
through `MlflowClient` with their run id: the fluent API has one hidden active run for the whole process.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from kedro.framework.hooks import hook_impl
from kedro.io import CatalogProtocol
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

from standin.core.errors import TrainingError
from standin.core.mappings import flatten
from standin.kedro_ext.datasets.metadata import mlflow_kind
from standin.kedro_ext.incremental import Plan
from standin.kedro_ext.mlflow.kinds import FORMS, ONCE, Kind, Output, log_described
from standin.kedro_ext.mlflow.limits import LONGEST_VALUE, log_parameters, log_tags
from standin.kedro_ext.mlflow.orphans import KILLED, TAG, close_orphans, this_process
from standin.kedro_ext.namespaces import groups_of

if TYPE_CHECKING:
    from mlflow import MlflowClient

log = logging.getLogger(__name__)
SECONDS = "seconds"
"""The metric of child runs."""
OF_CHILDREN = ("mlflow.source.git.commit", "mlflow.source.name", "mlflow.source.type", "mlflow.user", TAG)
"""Tags that child runs have of their parent."""


class ChildRun(NamedTuple):
    """What is known of an experiment before it runs.

    Attributes:
        namespace: of its nodes; names the child run.
        tags: by which runs can be filtered.
        parameters: what its results depend on.
    """

    namespace: str
    tags: Mapping[str, str]
    parameters: Mapping[str, Any]


class MLflowHook:
    """Logs what the catalog declares: outputs of experiments to child runs, the others to the run itself.

    Args:
        children: (catalog, namespaces of the pipeline's nodes) -> the project's experiments among them; each gets a
            child run.
        run_name: names of groups (top-level namespaces) -> name of the run.
        run_tags: tags of the run itself.
        kinds: the project's own kinds of outputs, by name.
        device: names the device that trains.
    """

    def __init__(
        self,
        children: Callable[[CatalogProtocol, Collection[str]], Iterable[ChildRun]],
        run_name: Callable[[Sequence[str]], str],
        run_tags: Callable[[], Mapping[str, str]],
        kinds: Mapping[str, Kind],
        device: Callable[[], str],
    ) -> None:
        self.project_children, self.run_name, self.run_tags, self.device = children, run_name, run_tags, device
        self.kinds = {form: Kind(form) for form in FORMS} | dict(kinds)
        self.parent: str | None = None
        self.children: dict[str, tuple[str, Mapping[str, str]]] = {}  # namespace -> run id, tags
        self.catalog: CatalogProtocol | None = None
        self.unfinished: set[str] = set()  # names of nodes
        self.planned = False  # a run that continues after failures has a second plan
        self.began: dict[str, float] = {}  # node -> when it began
        self.seconds: defaultdict[str, float] = defaultdict(float)  # by child run

    @property
    def client(self) -> "MlflowClient":
        from mlflow import MlflowClient

        return MlflowClient()

    @hook_impl(trylast=True)
    def before_pipeline_run(self, pipeline: Pipeline, catalog: CatalogProtocol) -> None:
        """Opens a child run for each experiment with a node in the pipeline, and logs its parameters."""
        import mlflow

        self.parent, self.children, self.catalog, self.planned = None, {}, catalog, False
        self.unfinished = {node.name for node in pipeline.nodes}
        self.seconds.clear()
        run = mlflow.active_run()
        if run is None:
            return  # tracking is switched off for this pipeline in mlflow.yml
        self.parent = run.info.run_id
        process = {TAG: this_process()}
        if closed := close_orphans(self.client, run.info.experiment_id):
            log.info("Marked %d MLflow runs of ended processes as killed.", closed)
        # kedro-mlflow names the default pipeline's run `__default__`.
        self.client.update_run(self.parent, name=self.run_name(groups_of(pipeline)))
        namespaces = {prefix for node in pipeline.nodes for prefix in node.namespace_prefixes}
        tags = {**self.run_tags(), **process}
        log_tags(self.client, self.parent, tags)
        # Children have the commit and the source of the run, which their pages show.
        tags = {name: text for name, text in {**run.data.tags, **tags}.items() if name in OF_CHILDREN}
        for child in self.project_children(catalog, namespaces):
            own = {**tags, "mlflow.parentRunId": self.parent, **child.tags}
            created = self.client.create_run(run.info.experiment_id, run_name=child.namespace, tags=own)
            self.children[child.namespace] = created.info.run_id, child.tags
            log_parameters(self.client, created.info.run_id, list(flatten(child.parameters)), 500)

    @hook_impl
    def before_nodes_run(self, plan: Plan, catalog: CatalogProtocol) -> None:
        """Logs stored outputs of nodes that are up to date, so that the run's record is complete, except for networks;
        the tag `reused` says of how many nodes."""
        if self.parent is None:
            return
        for node in plan.up_to_date:
            if node.name not in self.unfinished:
                continue
            self.unfinished.discard(node.name)
            for name in node.outputs:
                if mlflow_kind(catalog.get(name)) not in (None, *ONCE):
                    self.after_dataset_saved(name, catalog.load(name), node)
        self._log_parameters(plan, catalog)
        if self.planned:
            return
        self.planned = True
        runs = {"": self.parent} | {namespace: run_id for namespace, (run_id, _) in self.children.items()}
        for namespace, run_id in runs.items():
            run = [
                node.name in plan.reasons for node in plan.pipeline.nodes if namespace in ("", *node.namespace_prefixes)
            ]
            self.client.set_tag(run_id, "reused", f"{run.count(False)} of {len(run)} nodes")
        if groups_of(plan.to_run):
            self.client.set_tag(self.parent, "device", self.device())

    @hook_impl
    def after_dataset_saved(self, dataset_name: str, data: Any, node: Node) -> None:
        """Logs an output that the catalog declares, as soon as it is stored.

        Raises:
            ValueError: the catalog declares an unknown kind.
        """
        if self.parent is None or self.catalog is None:
            return
        dataset = self.catalog.get(dataset_name)
        name = mlflow_kind(dataset)
        if name is None:
            return
        kind = self.kinds.get(name)
        if kind is None:
            raise ValueError(
                f"catalog entry {dataset_name}: metadata.mlflow must be one of {', '.join(self.kinds)}, got {name!r}"
            )
        prefix, _, entry = dataset_name.rpartition(".")
        run_id = self._child(node)
        output = Output(run_id or self.parent, entry, "" if run_id else f"{prefix}/", dataset, data)
        FORMS[kind.form](self.client, output)
        if kind.describe:
            log_described(self.client, output.run_id, kind.describe(data), output.folder)
        if kind.describe_child:
            self._log_children(prefix, data, kind.describe_child)

    def _log_children(self, group: str, data: Any, describe: Callable[..., Any]) -> None:
        for namespace, (run_id, tags) in self.children.items():
            if namespace.startswith(f"{group}.") and (described := describe(data, tags)):
                log_described(self.client, run_id, described)

    def _log_parameters(self, plan: Plan, catalog: CatalogProtocol) -> None:
        """Those of all nodes, in few transactions."""
        names = {name for node in plan.pipeline.nodes for name in node.inputs if name.startswith("params:")}
        values = {name.removeprefix("params:"): catalog.load(name) for name in sorted(names)}
        log_parameters(self.client, str(self.parent), list(dict(flatten(values)).items()), LONGEST_VALUE)

    @hook_impl
    def on_node_error(self, error: Exception, node: Node) -> None:
        """Tags the experiment, or the run, whose training failed with what happened."""
        if self.parent is not None and isinstance(error, TrainingError):
            run_id = self._child(node) or self.parent
            before = self.client.get_run(run_id).data.tags.get("failed")
            self.client.set_tag(run_id, "failed", f"{before}; {error}" if before else str(error))

    @hook_impl
    def before_node_run(self, node: Node) -> None:
        self.began[node.name] = time.monotonic()

    @hook_impl
    def after_node_run(self, node: Node) -> None:
        self.unfinished.discard(node.name)
        began, run_id = self.began.pop(node.name, None), self._child(node)
        if began is not None and run_id:
            self.seconds[run_id] += time.monotonic() - began

    @hook_impl(tryfirst=True)
    def after_pipeline_run(self) -> None:
        self._end()

    @hook_impl(tryfirst=True)
    def on_pipeline_error(self) -> None:
        self._end()

    @hook_impl(tryfirst=True)
    def on_interrupt(self) -> None:
        """Marks the run and its child runs as killed."""
        import mlflow

        self._end(KILLED)
        if self.parent is not None:
            mlflow.end_run(KILLED)

    def _child(self, node: Node) -> str | None:
        """The child run of the experiment that a node belongs to, perhaps in a namespace within it."""
        return next((self.children[prefix][0] for prefix in node.namespace_prefixes if prefix in self.children), None)

    def _end(self, unfinished: str = "FAILED") -> None:
        """Closes the child runs, those with nodes that did not run with the status `unfinished`: an experiment that was
        done before another failed is finished. The metric `seconds` is how long its nodes took that ran in this run:
        nodes of several experiments take turns, so the time between begin and end of a child run says nothing."""
        for namespace, (run_id, _) in self.children.items():
            if run_id in self.seconds:
                self.client.log_metric(run_id, SECONDS, self.seconds[run_id])
            failed = any(name.startswith(f"{namespace}.") for name in self.unfinished)
            self.client.set_terminated(run_id, unfinished if failed else "FINISHED")
        self.children = {}
