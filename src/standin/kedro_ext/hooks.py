"""What happens around a run: parameters are checked before anything starts, and the end says where the answer is."""

import logging
import os
from collections.abc import Iterable
from typing import Any

from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro.io import CatalogProtocol
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

from standin.config import loader
from standin.config.preflight import check_arguments, check_networks
from standin.config.record import remember_command
from standin.core.errors import FailedExperiments, InputError, TrainingError
from standin.experiments.ids import data_set_of, last_part
from standin.kedro_ext import incremental
from standin.kedro_ext.incremental import Plan
from standin.kedro_ext.overview import renew_overview

log = logging.getLogger(__name__)


class ProjectHooks:
    """Checks before, one line a node while it runs, and a summary after."""

    def __init__(self) -> None:
        self.nodes = self.started = 0

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        # TensorFlow's C++ log would bury the progress lines.
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        loader.remember(context.config_loader)
        remember_command()

    @hook_impl(tryfirst=True)
    def before_pipeline_run(self, run_params: dict[str, Any], pipeline: Pipeline, catalog: CatalogProtocol) -> None:
        """Holds every argument of models, classifiers and sources against its constructor, before a run is recorded.

        Where nothing is stale, they are those that have run before, and Keras need not be imported for them.
        """
        self.nodes, self.started = len(pipeline.nodes), 0
        entries = loader.data_sets()
        if incremental.plan(pipeline, catalog).reasons:
            for data_set in data_sets_of(pipeline):
                check_arguments(data_set, entries[data_set])

    @hook_impl
    def before_nodes_run(self, plan: Plan, catalog: CatalogProtocol) -> None:
        """Tries the networks of data sets whose images are known already, where anything is to be trained."""
        self.nodes, self.started = len(plan.reasons), 0
        training = {data_set_of(name) for name in plan.reasons if last_part(name).startswith("train_")}
        if training & {*data_sets_of(plan.to_run)}:
            from standin.training import backend

            log.info("Training on %s.", backend.device())
        for data_set in data_sets_of(plan.to_run):
            rows = f"{data_set}.train"
            if data_set in training and f"{data_set}.ingest" not in plan.reasons and catalog.exists(rows):
                check_networks(data_set, loader.data_sets()[data_set], catalog.load(rows))

    @hook_impl
    def before_node_run(self, node: Node) -> None:
        self.started += 1
        log.info("[%d/%d] %s", self.started, self.nodes, node.name)

    @hook_impl
    def on_node_error(self, error: Exception, node: Node) -> None:
        if isinstance(error, TrainingError):
            error.node = node.name

    @hook_impl
    def after_node_run(self, node: Node, outputs: dict[str, Any]) -> None:
        """Once a data set's images are known, and before anything is trained on them, tries every network's size."""
        data_set = data_set_of(node.name)
        if last_part(node.name) == "ingest":
            check_networks(data_set, loader.data_sets()[data_set], outputs[f"{data_set}.train"])

    @hook_impl
    def on_pipeline_error(self, error: Exception, pipeline: Pipeline, catalog: CatalogProtocol) -> None:
        if isinstance(error, FailedExperiments):
            print_results([name for name in data_sets_of(pipeline) if name not in error.as_before], pipeline, catalog)
        if not isinstance(error, InputError):
            log.info("What is done is kept: the same command goes on from there.")

    @hook_impl(trylast=True)
    def after_pipeline_run(self, run_params: dict[str, Any], pipeline: Pipeline, catalog: CatalogProtocol) -> None:
        print_results(data_sets_of(pipeline), pipeline, catalog)


def print_results(data_sets: Iterable[str], pipeline: Pipeline, catalog: CatalogProtocol) -> None:
    """Prints each data set's accuracy table that a run made, and where the report is; renews the page over all."""
    reported = False
    for data_set in data_sets:
        if f"{data_set}.accuracy" in pipeline.all_outputs():
            print(f"\n{data_set}: accuracy on real test rows\n")  # noqa: T201
            print(summary(catalog.load(f"{data_set}.accuracy")))  # noqa: T201
        if f"{data_set}.report" in pipeline.all_outputs():
            reported = True
            print(f"\nReport: {catalog[f'{data_set}.report']._filepath}")  # noqa: T201
    if reported and renew_overview(catalog, loader.plans()):
        print(f"All data sets: {catalog['overview']._filepath}")  # noqa: T201


def data_sets_of(pipeline: Pipeline) -> list[str]:
    """The data sets whose nodes are in a pipeline, in the order of the loader."""
    named = {data_set_of(node.namespace) for node in pipeline.nodes if node.namespace}
    return [name for name in loader.plans() if name in named]


def summary(accuracy: Any) -> str:
    """The accuracy table as a person reads it at the end of a run."""
    table = accuracy[["arm", "generative_model", "n_real", "n_synthetic", "n_labels_spent", "macro_f1"]].copy()
    table["generative_model"] = table["generative_model"].fillna("")
    percent = 100 * accuracy[["accuracy", "accuracy_low", "accuracy_high"]]
    table["accuracy, % (interval)"] = [f"{a:.1f} ({low:.1f} to {high:.1f})" for a, low, high in percent.to_numpy()]
    table["macro_f1"] = table["macro_f1"].map("{:.3f}".format)
    return str(table.to_string(index=False))
