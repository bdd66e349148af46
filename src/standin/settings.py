"""Kedro's settings: hooks, configuration loader, session. They connect the Kedro extensions to this project."""

import os
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from kedro.io import CatalogProtocol

from standin.config import loader, preflight
from standin.config.loader import CONFIG_LOADER_ARGS, CompletingConfigLoader
from standin.config.record import remember_command, remember_environment
from standin.core.cpu import describe_precision
from standin.core.quiet import ignore_known_messages
from standin.kedro_ext import viz
from standin.kedro_ext.console import ConsoleHook
from standin.kedro_ext.hooks import PreflightHook
from standin.kedro_ext.incremental import Remainder, Rules
from standin.kedro_ext.incremental.state import RECORDS
from standin.kedro_ext.mlflow import ChildRun, KedroMLflowHook, Kind, Logged, MLflowHook
from standin.kedro_ext.previous import PreviousResultsHook
from standin.kedro_ext.session import IncrementalSession
from standin.pipeline_registry import failed_parts, pipelines_without
from standin.pipelines import tracking
from standin.pipelines.build import BOOKKEEPING, DETAILS
from standin.pipelines.node_helpers import relevant_parameters
from standin.pipelines.reporting.overview import renew_overview
from standin.reports.terminal import RESULTS, results_text

ignore_known_messages()
viz.install(viz.Visibility(hidden=BOOKKEEPING, inner=DETAILS))
# MLflow's own switch for system metrics (processor, memory, disk, network; every ten seconds).
os.environ.setdefault("MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING", "true")


def _without(failed: Mapping[str, str]) -> Remainder:
    parts = failed_parts(failed)
    return Remainder(pipelines_without(parts), frozenset(f"{data_set}.compute_verdict" for data_set in parts))


def _check_arguments(data_set: str) -> None:
    preflight.check_arguments(data_set, loader.data_sets()[data_set])


def _check_networks(data_set: str, train: Any) -> None:
    preflight.check_networks(data_set, loader.data_sets()[data_set], train)


def _device() -> str:
    from standin.training import backend

    return backend.device()


def _precision(data_set: str) -> str:
    return describe_precision(loader.data_sets()[data_set]["precision"])


def _remember(config_loader: Any) -> None:
    loader.remember(config_loader)
    remember_command()
    remember_environment(config_loader.env)


def _experiments(catalog: CatalogProtocol, namespaces: Collection[str]) -> Iterator[ChildRun]:
    return (ChildRun(*experiment) for experiment in tracking.experiment_runs(catalog, namespaces))


def _describe_verdict(verdict: Any, tags: Any) -> Logged | None:
    described = tracking.describe_verdict(verdict, tags)
    return Logged(*described) if described else None


def _renew_overview(catalog: CatalogProtocol) -> bool:
    return renew_overview(catalog, loader.plans(), catalog.load(RECORDS).folder)


RULES = Rules(relevant=relevant_parameters, without=_without)
KINDS = {
    "scores": Kind("table", describe=lambda scores: Logged(*tracking.describe_scores(scores))),
    "metrics": Kind("artifact", describe=lambda quality: Logged(*tracking.describe_sample_quality(quality))),
    "verdict": Kind("artifact", lambda verdict: Logged(*tracking.describe_whole_verdict(verdict)), _describe_verdict),
}


class Session(IncrementalSession):
    """The session of this project."""

    rules = RULES


HOOKS = (
    PreflightHook(_remember, _check_arguments, _check_networks, data="train", device=_device, precision=_precision),
    ConsoleHook(RESULTS, results_text, "report", "overview", _renew_overview),
    PreviousResultsHook({"accuracy": "previous_accuracy"}),
    KedroMLflowHook(),
    MLflowHook(_experiments, tracking.run_name, tracking.run_tags, KINDS, _device),
)
DISABLE_HOOKS_FOR_PLUGINS = ("kedro_mlflow",)  # KedroMLflowHook takes its place
CONFIG_LOADER_CLASS = CompletingConfigLoader
SESSION_CLASS = Session
__all__ = ["CONFIG_LOADER_ARGS", "CONFIG_LOADER_CLASS", "DISABLE_HOOKS_FOR_PLUGINS", "HOOKS", "SESSION_CLASS"]
