"""The project's commands for `kedro`: `plan`, `verdict`, `report`, `export`, `fresh-test`, `label`, and `run` with
--force, --verbose, lists in --params and one-sentence errors."""

import click
from kedro.framework.cli.project import run as kedro_run

from standin.commands.common import force_option, friendly_errors, split_params, verbose_option
from standin.commands.export import export
from standin.commands.fresh_test import fresh_test
from standin.commands.label import label
from standin.commands.plan import plan
from standin.commands.report import report
from standin.commands.verdict import verdict


@click.group(name="standin")
def cli() -> None:
    """Standin's commands."""


kedro_run.params += [force_option, verbose_option]
for option in kedro_run.params:
    if option.name == "params":
        option.callback = split_params

for command in (friendly_errors(kedro_run), plan, verdict, report, export, fresh_test, label):
    cli.add_command(command)
