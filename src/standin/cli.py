"""The project's commands for `kedro`: `plan`, `verdict`, `report`, `export`, `fresh-test`, `label`, and `run` with
--force, --verbose, lists in --params and one-sentence errors."""

import click
from kedro.framework.cli.project import run as kedro_run

from standin.commands.common import force_option, friendly_errors, known_environment, split_params, verbose_option
from standin.commands.export import export
from standin.commands.fresh_test import fresh_test
from standin.commands.label import label
from standin.commands.plan import plan
from standin.commands.report import report
from standin.commands.verdict import verdict

HELP = {
    "runner": "standin.kedro_ext.dask.DaskRunner runs nodes in parallel; without it, they run one after the other.",
    "pipelines": "Data sets, separated by commas: see `kedro registry list`. The default is digits.",
    "params": "Parameters that replace those of the configuration: mnist.label_budget=500,mnist.generator_seeds=[0,1].",
    "namespaces": "Run only these experiments or data sets, such as mnist.gan.",
}
"""Option of `kedro run` -> help in place of Kedro's."""
UNSUPPORTED = ("is_async", "pipeline", "only_missing_outputs", "load_versions")
"""Options that make no difference here, or are another name of one; they are accepted, but not listed."""


@click.group(name="standin")
def cli() -> None:
    """Standin's commands."""


def _describe_run() -> None:
    """Fits Kedro's `run` to this project: options, their help, and the list of data sets."""
    kedro_run.params += [force_option, verbose_option]
    callbacks = {"params": split_params, "env": known_environment}
    for option in kedro_run.params:
        if isinstance(option, click.Option):
            option.callback = callbacks.get(str(option.name), option.callback)
            option.help = HELP.get(str(option.name), option.help)
            option.hidden = option.hidden or option.name in UNSUPPORTED
    kedro_run.help = "Run a data set's pipeline: only what is not up to date."
    kedro_run.format_epilog = _list_data_sets


def _list_data_sets(_context: click.Context, formatter: click.HelpFormatter) -> None:
    from kedro.framework.project import pipelines

    formatter.write_paragraph()
    formatter.write_text(f"Data sets: {', '.join(sorted(set(pipelines) - {'__default__'}))}.")


_describe_run()
for command in (friendly_errors(kedro_run), plan, verdict, report, export, fresh_test, label):
    cli.add_command(command)
