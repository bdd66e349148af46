"""The project's commands for `kedro`: `run` as Kedro has it, with errors of input as one sentence in place of a
traceback."""

import functools
from typing import Any

import click
from kedro.framework.cli.project import run as kedro_run

from standin import configuration
from standin.errors import InputError

UNKNOWN_PIPELINE = "Failed to find the pipeline named "  # how Kedro's message begins


@click.group(name="standin")
def cli() -> None:
    """Standin's commands."""


def in_one_sentence(command: click.Command) -> click.Command:
    """`command`, which ends on an error of input with its sentence and exit status 1."""
    original = command.callback
    assert original is not None

    @functools.wraps(original)
    def callback(*args: Any, **kwargs: Any) -> Any:
        try:
            return original(*args, **kwargs)
        except InputError as error:
            raise click.ClickException(str(error)) from error
        except ValueError as error:
            if not str(error).startswith(UNKNOWN_PIPELINE):
                raise
            there_are = ", ".join(configuration.data_sets())
            named = str(error).removeprefix(UNKNOWN_PIPELINE).partition(".")[0]
            raise click.ClickException(f"there is no data set {named}; there are: {there_are}") from error

    command.callback = callback
    return command


run = in_one_sentence(kedro_run)
cli.add_command(run)
