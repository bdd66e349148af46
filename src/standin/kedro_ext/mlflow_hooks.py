"""MLflow: one run for each `kedro run`, with a child run for each experiment.

kedro-mlflow starts and ends the run and reads `mlflow.yml`. What is logged is declared in the catalog (`metadata:
{mlflow: ...}`) and logged here, as soon as a node has ended, so that a run that fails later keeps it. Children are
written through `MlflowClient` with their run id: the fluent API has one hidden active run for everything.

    kinds: `artifact` a file as it is; `table` shown and compared by the UI; `history` curves by epoch; `scores`
        metrics by arm; `findings` metrics, and as a tag what was noticed of a training; `verdict` metrics and tags of
        each experiment that it speaks of.
"""

import math
import re
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kedro.framework.hooks import hook_impl
from kedro.io import CatalogProtocol
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

from standin.config import loader
from standin.config.plan import DataSetPlan
from standin.config.record import resolve_defaults, run_facts
from standin.core.errors import TrainingError
from standin.core.mappings import flatten
from standin.experiments.ids import experiments
from standin.kedro_ext.datasets.metadata import mlflow_kind
from standin.kedro_ext.hooks import data_sets_of
from standin.kedro_ext.incremental import Plan
from standin.pipelines.build import SHARED_PARAMETERS

if TYPE_CHECKING:
    import pandas as pd
    from mlflow import MlflowClient

    from standin.verdict.schema import Verdict

SCORES = (
    "accuracy",
    "accuracy_low",
    "accuracy_high",
    "macro_f1",
    "roc_auc",
    "average_precision",
    "validation_accuracy",
    "n_labels_spent",
    "n_synthetic",
)

OF_DATA_SET = (
    "source",
    "split_seed",
    "label_budget",
    "n_real",
    "pseudo_labeler",
    "oracle",
    "feature_extractor",
    "regressor",
    "verdict",
)
"""Parameters that an experiment's figures depend on beside its own and `SHARED_PARAMETERS`."""


LONGEST = 6000
"""Characters of a parameter's value that MLflow takes."""

NOT_ALLOWED = re.compile(r"[^\w\-. /]")
"""In names of metrics; a condition may be called as its owner likes."""


class TrackingHooks:
    """Logs what the catalog declares: experiments to child runs, the rest to the run itself."""

    def __init__(self) -> None:
        self.parent: str | None = None
        self.children: dict[str, str] = {}
        self.catalog: CatalogProtocol | None = None
        self.unfinished: set[str] = set()  # names of nodes
        self.planned = False  # a run that goes on without what failed has a second plan

    @hook_impl(trylast=True)
    def before_pipeline_run(self, run_params: dict[str, Any], pipeline: Pipeline, catalog: CatalogProtocol) -> None:
        """Opens a child run for each experiment of which the pipeline has a node, and logs its parameters."""
        import mlflow

        self.parent, self.children, self.catalog, self.planned = None, {}, catalog, False
        self.unfinished = {node.name for node in pipeline.nodes}
        run = mlflow.active_run()
        if run is None:
            return  # tracking is switched off for this pipeline in mlflow.yml
        self.parent = run.info.run_id
        # kedro-mlflow calls the default pipeline's run `__default__`.
        plans = loader.plans()
        named = dict.fromkeys(plans[name].pipeline for name in data_sets_of(pipeline))
        self.client.update_run(self.parent, name="+".join(named))
        for fact, value in run_facts().items():
            self.client.set_tag(self.parent, "mlflow.source.git.commit" if fact == "commit" else fact, value)
        namespaces = {node.namespace for node in pipeline.nodes}
        for data_set, plan in plans.items():
            for found in experiments(data_set, plan.entry):
                experiment, model = str(found), found.model
                if experiment not in namespaces:
                    continue
                tags = {"mlflow.parentRunId": self.parent, "dataset": data_set, "generative_model": model}
                child = self.client.create_run(run.info.experiment_id, run_name=experiment, tags=tags)
                self.children[experiment] = child.info.run_id
                entry = _resolved(plan, catalog)
                params = [
                    mlflow.entities.Param(key, str(value)[:500])
                    for key, value in flatten(parameters_of(data_set, entry, model, found.seed))
                ]
                for start in range(0, len(params), 100):  # MLflow takes no more at once
                    self.client.log_batch(child.info.run_id, params=params[start : start + 100])

    @hook_impl
    def before_nodes_run(self, plan: Plan, catalog: CatalogProtocol) -> None:
        """Logs what is reused, so that a run's record is whole; the tag `reused` says of how many nodes."""
        if self.parent is None:
            return
        for node in plan.reused:
            if node.name not in self.unfinished:
                continue
            self.unfinished.discard(node.name)
            for name in node.outputs:
                if mlflow_kind(catalog.get(name)):
                    self.after_dataset_saved(name, catalog.load(name), node)
        self._log_parameters(plan, catalog)
        if self.planned:
            return
        self.planned = True
        for experiment, run_id in {"": self.parent, **self.children}.items():
            own = [node.name in plan.reasons for node in plan.pipeline.nodes if experiment in ("", node.namespace)]
            self.client.set_tag(run_id, "reused", f"{own.count(False)} of {len(own)} nodes")
        if data_sets_of(plan.to_run):
            from standin.training import backend

            self.client.set_tag(self.parent, "device", backend.device())

    @hook_impl
    def after_dataset_saved(self, dataset_name: str, data: Any, node: Node) -> None:
        """Logs an output that the catalog declares, as soon as it is on disk."""
        if self.parent is None or self.catalog is None:
            return
        dataset = self.catalog.get(dataset_name)
        kind = mlflow_kind(dataset)
        if kind:
            experiment = node.namespace if node.namespace in self.children else None
            run_id = self.children[experiment] if experiment else self.parent
            self._log(run_id, kind, dataset_name, dataset, data, short=experiment is not None)

    def _log_parameters(self, plan: Plan, catalog: CatalogProtocol) -> None:
        """Those of reused nodes, which kedro-mlflow, that logs a node's when it runs, does not see."""
        import mlflow

        given = {
            reused: {
                name.removeprefix("params:"): catalog.load(name)
                for node in nodes
                for name in node.inputs
                if name.startswith("params:")
            }
            for reused, nodes in ((True, plan.reused), (False, plan.to_run.nodes))
        }
        logged = dict(flatten(given[True]))  # one may stand in another
        for key, _ in flatten(given[False]):
            logged.pop(key, None)
        params = [
            mlflow.entities.Param(NOT_ALLOWED.sub("_", key), str(value)[:LONGEST]) for key, value in logged.items()
        ]
        for start in range(0, len(params), 100):  # MLflow takes no more at once
            self.client.log_batch(str(self.parent), params=params[start : start + 100])

    @hook_impl
    def on_node_error(self, error: Exception, node: Node) -> None:
        """Tags the experiment, or the run, whose training came to nothing with what happened."""
        if self.parent is not None and isinstance(error, TrainingError):
            run_id = self.children.get(node.namespace or "", self.parent)
            before = self.client.get_run(run_id).data.tags.get("failed")
            self.client.set_tag(run_id, "failed", f"{before}; {error}" if before else str(error))

    @hook_impl
    def after_node_run(self, node: Node) -> None:
        self.unfinished.discard(node.name)

    @hook_impl(tryfirst=True)
    def after_pipeline_run(self, run_params: dict[str, Any], pipeline: Pipeline, catalog: CatalogProtocol) -> None:
        self._end()

    @hook_impl(tryfirst=True)
    def on_pipeline_error(
        self, error: Exception, run_params: dict[str, Any], pipeline: Pipeline, catalog: CatalogProtocol
    ) -> None:
        self._end()

    @property
    def client(self) -> "MlflowClient":
        from mlflow import MlflowClient

        return MlflowClient()

    def _end(self) -> None:
        """Closes the child runs: an experiment that was done before another failed is finished."""
        for experiment, run_id in self.children.items():
            failed = any(name.startswith(f"{experiment}.") for name in self.unfinished)
            self.client.set_terminated(run_id, "FAILED" if failed else "FINISHED")
        self.children = {}

    def _log(self, run_id: str, kind: str, name: str, dataset: Any, data: Any, short: bool) -> None:
        """Logs one output; names in child runs leave the experiment out, so that experiments compare."""
        prefix, _, output = name.rpartition(".")
        folder = "" if short else f"{prefix}/"
        if kind in ("artifact", "findings", "verdict"):
            self._log_files(run_id, dataset, folder, output)
        if kind in ("table", "scores"):
            self.client.log_table(run_id, _shown(data), f"{folder}{output}.json")
        if kind == "history":
            self._log_history(run_id, data)
        elif kind == "scores":
            self._log_scores(run_id, data, folder)
        elif kind == "findings":
            values = {
                f"{folder}{finding['name']}{'' if part == 'value' else f'.{part}'}": finding[part]
                for finding in data["findings"]
                for part in ("value", "low", "high", "real")
            }
            self._log_metrics(run_id, values)
            if data["noticed"]:
                self.client.set_tag(run_id, "noticed", "; ".join(data["noticed"]))
        elif kind == "verdict":
            self._log_verdict(prefix, data)
        elif kind not in ("artifact", "table"):
            kinds = "artifact, table, history, scores, findings or verdict"
            raise ValueError(f"catalog entry {name}: metadata.mlflow must be {kinds}, got {kind!r}")

    def _log_files(self, run_id: str, dataset: Any, folder: str, output: str) -> None:
        if hasattr(dataset, "_path"):  # a folder of partitions
            self.client.log_artifacts(run_id, str(dataset._path), f"{folder}{output}")
        else:
            self.client.log_artifact(run_id, str(dataset._filepath), folder.rstrip("/") or None)

    def _log_history(self, run_id: str, history: Any) -> None:
        import mlflow

        now = int(time.time() * 1000)
        metrics = [
            mlflow.entities.Metric(column, float(value), now, int(epoch))
            for epoch, row in history.set_index("epoch").iterrows()
            for column, value in row.items()
        ]
        for start in range(0, len(metrics), 1000):
            self.client.log_batch(run_id, metrics=metrics[start : start + 1000])

    def _log_scores(self, run_id: str, scores: "pd.DataFrame", folder: str) -> None:
        for arm, row in scores.groupby("arm")[list(SCORES)].mean().iterrows():
            for score, value in row.items():
                if not math.isnan(value):  # there is no such score
                    self.client.log_metric(run_id, f"{folder}{_named(str(arm))}.{score}", float(value))

    def _log_verdict(self, data_set: str, verdict: "Verdict") -> None:
        """In the child run of each experiment: tags `replace` and `extend`, by which runs can be filtered, and the
        figures behind them."""
        for experiment, run_id in self.children.items():
            if not experiment.startswith(f"{data_set}."):
                continue
            model = self.client.get_run(run_id).data.tags["generative_model"]
            found = verdict.generative_models.get(model)
            if found is None:  # its training failed
                continue
            tags = {question: answer.answer for question, answer in found.by_question.items()}
            for tag, value in (tags | {"copies": str(found.copies), "sentence": found.sentence}).items():
                self.client.set_tag(run_id, tag, value)
            self._log_metrics(run_id, dict(found.metrics()))
            self.client.log_dict(run_id, found.model_dump(mode="json"), "verdict.json")

    def _log_metrics(self, run_id: str, values: Mapping[str, float | None]) -> None:
        import mlflow

        now = int(time.time() * 1000)
        metrics = [
            mlflow.entities.Metric(NOT_ALLOWED.sub("_", name), float(value), now, 0)
            for name, value in values.items()
            if value is not None
        ]
        for start in range(0, len(metrics), 1000):
            self.client.log_batch(run_id, metrics=metrics[start : start + 1000])


def _resolved(plan: DataSetPlan, catalog: CatalogProtocol) -> Mapping[str, Any]:
    """A data set's entry with constructor defaults. They are those of the last run if Keras is not imported, which is
    so only if nothing is to be trained."""
    if "keras" not in sys.modules and catalog.exists(f"{plan.name}.run_parameters"):
        return dict(catalog.load(f"{plan.name}.run_parameters"))
    return resolve_defaults(plan.entry)


def parameters_of(data_set: str, entry: Mapping[str, Any], model: str, seed: int) -> dict[str, Any]:
    """What an experiment's figures depend on; the model's own parameters without a prefix."""
    shared = {key: entry[key] for key in (*SHARED_PARAMETERS, *OF_DATA_SET)}
    return {"dataset": data_set, "generator_seed": seed} | entry["generative_models"][model] | shared


def _named(arm: str) -> str:
    """MLflow allows no `+` and `>` in names of metrics."""
    return arm.replace("+", " and ").replace("->", " then ")


def _shown(table: "pd.DataFrame") -> "pd.DataFrame":
    """The table with empty cells for missing numbers, which MLflow's viewer would show as errors."""
    return table.astype(object).where(table.notna(), "")
