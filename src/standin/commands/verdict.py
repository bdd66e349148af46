"""`kedro verdict`: prints the stored verdicts again."""

import click

from standin.commands import common
from standin.config import loader
from standin.core.errors import InputError


@common.friendly_errors
@click.command()
@click.argument("data_sets", nargs=-1)
@common.env_option
def verdict(data_sets: tuple[str, ...], env: str | None) -> None:
    """Prints the verdicts of earlier runs: of DATA_SETS, or of all that have one."""
    with common.stored_results(env) as catalog:
        wanted = common.requested_pipelines(",".join(data_sets) or None)
        plans = loader.plans()
        names = [name for pipeline in wanted for name in plans[pipeline].sizes or (pipeline,)]
        found = [name for name in names if catalog.exists(f"{name}.verdict")]
        for name in names:
            if data_sets and name not in found:
                raise InputError(f"{name} has no verdict yet: {common.run_command(name)}")
        if not found:
            raise InputError("no data set has a verdict yet: kedro run")
        from standin.reports.terminal import RESULTS, results_text

        for place, name in enumerate(found):
            stored = {entry: catalog.load(f"{name}.{entry}") for entry in RESULTS if catalog.exists(f"{name}.{entry}")}
            if place:
                click.echo()
            click.echo(results_text(name, stored))
