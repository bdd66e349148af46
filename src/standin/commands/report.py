"""`kedro report`: rebuilds reports from stored results, without training."""

import logging
from typing import Any

import click
from kedro.io import CatalogProtocol, DatasetError
from kedro.pipeline import Pipeline

from standin.commands import common
from standin.config import loader
from standin.core.error_messages import user_message
from standin.core.errors import InputError
from standin.experiments.ids import experiments
from standin.io.locks import exclusive_run
from standin.kedro_ext.compat import local_path
from standin.kedro_ext.incremental.consistency import find_mismatch
from standin.kedro_ext.incremental.runner import rebuild
from standin.kedro_ext.incremental.state import RECORDS
from standin.kedro_ext.namespaces import groups_of
from standin.pipeline_registry import pipelines_without
from standin.pipelines.build import EPOCH_TABLE
from standin.pipelines.reporting.pipeline import REPORT

log = logging.getLogger(__name__)


@common.friendly_errors
@click.command()
@click.option("--pipelines", default=None, help="data sets, separated by commas; by default all that have results")
@common.env_option
@common.params_option
@click.option("--open", "open_", is_flag=True, help="open the page over all data sets, or that of the only one")
def report(pipelines: str | None, env: str | None, params: dict[str, Any], open_: bool) -> None:
    """Rebuilds the reports from stored results; nothing is trained, and no run is recorded."""
    from kedro.framework.project import pipelines as registered

    from standin.pipelines.reporting.overview import renew_overview

    with common.stored_results(env, params) as catalog:
        built = []
        for name in common.requested_pipelines(pipelines):
            problem = _build(name, registered[name], catalog, keep_going=not pipelines)
            if not problem:
                built.append(name)
            elif pipelines:
                raise InputError(f"{name} {problem}: {common.run_command(name)}")
            else:
                log.info("Leaving out %s: it %s.", name, problem)
        if not built:
            raise InputError("no data set has complete results yet: kedro run")
        renew_overview(catalog, loader.plans(), catalog.load(RECORDS).folder)
        for name in built:
            click.echo(f"{name}: {local_path(catalog[f'{name}.report'])}")
        click.echo(f"All data sets: {local_path(catalog['overview'])}")
        if open_:
            page = local_path(catalog[f"{built[0]}.report" if len(built) == 1 else "overview"])
            assert page is not None
            click.launch(page.as_uri())


def _build(data_set: str, registered: Pipeline, catalog: CatalogProtocol, keep_going: bool) -> str | None:
    """Builds a data set's reports; returns None, or the reason why that is not possible.

    Args:
        keep_going: whether unreadable stored results are such a reason, not an error.
    """
    try:
        nodes = _report_nodes(data_set, registered, catalog)
        missing = next((name for name in sorted(nodes.inputs()) if not catalog.exists(name)), None)
        if missing is None:
            return _rebuild(data_set, nodes, catalog)
        begun = catalog.exists(f"{data_set}.train")
        return f"has {'no complete results' if begun else 'not been run'} yet (no {missing})"
    except DatasetError as error:
        if not keep_going or (reason := user_message(error)) is None:
            raise
        return f"cannot be read ({reason})"


def _report_nodes(data_set: str, registered: Pipeline, catalog: CatalogProtocol) -> Pipeline:
    """The nodes that build a data set's reports, without the models that failed in its run."""
    names = [name for name in (data_set, *loader.plans()[data_set].sizes) if catalog.exists(f"{name}.verdict")]
    failed = {name: catalog.load(f"{name}.verdict").failed for name in names}
    return pipelines_without(failed).get(data_set, registered).only_nodes_with_tags(REPORT)


def _other_models(data_set: str, catalog: CatalogProtocol) -> str | None:
    """A clause if the verdict and the configuration have different models; None if they agree."""
    plans = loader.plans()
    for name in plans[data_set].sizes or (data_set,):
        verdict = catalog.load(f"{name}.verdict")
        compared = {*verdict.generative_models, *verdict.failed} - {EPOCH_TABLE}
        configured = {experiment.model for experiment in experiments(name, plans[name].entry)}
        if compared != configured:
            compared_names, configured_names = (", ".join(sorted(models)) for models in (compared, configured))
            return f"has a verdict on {compared_names}, but the configuration (or --params) has {configured_names}"
    return None


def _rebuild(data_set: str, nodes: Pipeline, catalog: CatalogProtocol) -> str | None:
    """Runs the nodes; returns None, or the reason why that is not possible."""
    with exclusive_run(groups_of(nodes), catalog.load(RECORDS).folder):
        if difference := _other_models(data_set, catalog):
            return difference
        if mismatch := find_mismatch([name for name in nodes.inputs() if not name.startswith("params:")], catalog):
            return f"has results of two runs ({mismatch})"
        rebuild(nodes, catalog, common.project_rules())
        return None
