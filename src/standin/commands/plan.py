"""`kedro plan`: what `kedro run` would run and why, without running anything."""

from typing import Any

import click
from kedro.pipeline import Pipeline

from standin.commands.common import (
    env_option,
    friendly_errors,
    params_option,
    project_rules,
    requested_pipelines,
    stored_results,
)
from standin.core.errors import InputError
from standin.core.validation import did_you_mean
from standin.kedro_ext.incremental import plan as make_plan
from standin.kedro_ext.incremental.explain import explain as explain_node
from standin.kedro_ext.incremental.triggers import summary


@click.command()
@click.option("--pipelines", default=None, help="data sets, separated by commas; by default that of kedro run")
@click.option("--explain", metavar="NODE", default=None, help="show everything that puts this node out of date")
@env_option
@params_option
def plan(pipelines: str | None, explain: str | None, env: str | None, params: dict[str, Any]) -> None:
    """Shows which nodes would run and why; nothing is run."""
    from kedro.framework.project import pipelines as registered

    with stored_results(env, params) as catalog:
        if explain and not pipelines:
            pipelines = _pipeline_with(explain, dict(registered))
        names = requested_pipelines(pipelines) if pipelines else ["__default__"]
        whole = sum((registered[name] for name in names), Pipeline([]))
        planned = make_plan(whole, catalog, project_rules())
        if explain is not None:
            nodes = [node.name for node in whole.nodes]
            if explain not in nodes:
                raise InputError(f"no node {explain!r}{did_you_mean(explain, nodes)}")
            click.echo(explain_node(planned, explain))
            return
        click.echo(planned.sentence())
        for node, triggers in planned.reasons.items():
            click.echo(f"  {node}: {summary(triggers) if triggers else 'downstream'}")


def _pipeline_with(node: str, registered: dict[str, Pipeline]) -> str | None:
    """The pipeline with a node of this name."""
    whole = {name: pipeline for name, pipeline in registered.items() if name != "__default__"}
    names = {known.name: name for name, pipeline in whole.items() for known in pipeline.nodes}
    if node not in names:
        raise InputError(f"no node {node!r}{did_you_mean(node, names)}")
    return names[node]


friendly_errors(plan)
