"""`kedro report`: reports from stored results, without training."""

import logging
from typing import Any

import click
from jinja2 import UndefinedError
from kedro.io import CatalogProtocol
from kedro.pipeline import Pipeline

from standin import __version__
from standin.commands.common import env_option, friendly_errors, params_option, pipeline_of, stored_results
from standin.config import loader
from standin.core.errors import InputError
from standin.core.validation import did_you_mean
from standin.experiments.ids import experiments, last_part
from standin.io.locks import exclusive_run
from standin.kedro_ext.hooks import data_sets_of
from standin.kedro_ext.incremental.consistency import find_mismatch
from standin.kedro_ext.incremental.plan import RECORDS
from standin.kedro_ext.incremental.runner import rebuild
from standin.pipeline_registry import pipelines_without
from standin.pipelines.build import EPOCH_TABLE

log = logging.getLogger(__name__)

REBUILT = (
    "tabulate",
    "draw_accuracy",
    "draw_verdict",
    "draw_real",
    "draw_by_epoch",
    "draw_experiment",
    "write_section",
    "tabulate_sizes",
    "draw_sizes",
    "build_report",
)
"""Nodes that train nothing and ask no model: they read tables and images that a run has stored. The verdict is among
what they read, since its margins are those that were set before the run."""


@click.command()
@click.option("--pipelines", default=None, help="data sets, separated by commas; by default all that have results")
@env_option
@params_option
def report(pipelines: str | None, env: str | None, params: dict[str, Any]) -> None:
    """Builds the reports anew from stored results; nothing is trained, and no run is recorded."""
    from kedro.framework.project import pipelines as registered

    from standin.reports.overview import renew_overview

    with stored_results(env, params) as catalog:
        known = [plan.name for plan in loader.plans().values() if not plan.part_of]
        asked = pipelines.split(",") if pipelines else known
        unknown = [name for name in asked if name not in known]
        if unknown:
            raise InputError(f"no data set {unknown[0]!r}{did_you_mean(unknown[0], known)}")
        built = []
        for name in asked:
            whole = _of_reports(name, registered[name], catalog)
            inputs = sorted(whole.inputs())
            wrong = next((f"has no {each} yet" for each in inputs if not catalog.exists(each)), None)
            wrong = wrong or _rebuild(name, whole, catalog)
            if not wrong:
                built.append(name)
            elif pipelines:
                raise InputError(f"{name} {wrong}: {_run(name)}")
            else:
                log.info("%s is left out: it %s.", name, wrong)
        if not built:
            raise InputError("no data set has complete results yet: kedro run")
        renew_overview(catalog, loader.plans())
        for name in built:
            click.echo(f"{name}: {catalog[f'{name}.report']._filepath}")
        click.echo(f"All data sets: {catalog['overview']._filepath}")


def _of_reports(data_set: str, whole: Pipeline, catalog: CatalogProtocol) -> Pipeline:
    """What builds a data set's reports; without the models that failed when its verdict was made."""
    names = [name for name in (data_set, *loader.plans()[data_set].sizes) if catalog.exists(f"{name}.verdict")]
    failed = {name: catalog.load(f"{name}.verdict").get("failed", {}) for name in names}
    nodes = pipelines_without(failed).get(data_set, whole).nodes
    return Pipeline([node for node in nodes if last_part(node.name) in REBUILT])


def _other_models(data_set: str, catalog: CatalogProtocol) -> str | None:
    """Where a verdict is on other models than the configuration has, on which."""
    plans = loader.plans()
    for name in plans[data_set].sizes or (data_set,):
        verdict = catalog.load(f"{name}.verdict")
        judged = {*verdict["generative_models"], *verdict.get("failed", {})} - {EPOCH_TABLE}
        configured = {experiment.model for experiment in experiments(name, plans[name].entry)}
        if judged != configured:
            on, but = (", ".join(sorted(models)) for models in (judged, configured))
            return f"has a verdict on {on}, where the configuration (or --params) has {but}"
    return None


def _run(data_set: str) -> str:
    return f"kedro run --pipeline={pipeline_of(data_set)}"


def _rebuild(data_set: str, nodes: Pipeline, catalog: CatalogProtocol) -> str | None:
    """Builds them, or says why not."""
    try:
        with exclusive_run(data_sets_of(nodes), catalog.load(RECORDS).folder):
            if wrong := _other_models(data_set, catalog):
                return wrong
            if wrong := find_mismatch([name for name in nodes.inputs() if not name.startswith("params:")], catalog):
                return f"has results of two runs ({wrong})"
            rebuild(nodes, catalog)
            return None
    except (LookupError, TypeError, AttributeError, UndefinedError) as error:
        raise InputError(
            f"the stored results of {data_set} do not fit this version of Standin, {__version__} "
            f"({type(error).__name__}: {error}): {_run(data_set)}"
        ) from error


friendly_errors(report)
