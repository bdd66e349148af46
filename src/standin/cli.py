"""The project's commands for `kedro`: `run` as Kedro has it, with errors of input as one sentence in place of a
traceback."""

import functools
from typing import Any

import click
from kedro.framework.cli.project import run as kedro_run

from standin.errors import InputError


@click.group(name="standin")
def cli() -> None:
    """Standin's commands."""


def in_one_sentence(command: click.Command) -> click.Command:
    """`command`, which ends on an `InputError` with its message and exit status 1."""
    original = command.callback
    assert original is not None

    @functools.wraps(original)
    def callback(*args: Any, **kwargs: Any) -> Any:
        try:
            return original(*args, **kwargs)
        except InputError as error:
            raise click.ClickException(str(error)) from error

    command.callback = callback
    return command


run = in_one_sentence(kedro_run)
cli.add_command(run)
