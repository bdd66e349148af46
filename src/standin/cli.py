"""The project's commands for `kedro`: `run` as Kedro has it, with errors of input as one sentence in place of a
traceback, and `label`, by which a person names generated images."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from kedro.framework.cli.project import run as kedro_run

from standin import configuration
from standin.errors import InputError
from standin.pipelines.assembly import experiments

if TYPE_CHECKING:
    import numpy as np

UNKNOWN_PIPELINE = "Failed to find the pipeline named "  # how Kedro's message begins
env_option = click.option("--env", "-e", default=None, help="configuration environment, as for kedro run")


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


@contextmanager
def stored_results(env: str | None) -> Iterator[Any]:
    """The catalog of the project, for commands that look at results without a run."""
    from kedro.framework.session import KedroSession

    with KedroSession.create(project_path=configuration.project_root(), env=env) as session:
        yield session.load_context().catalog


def generated(catalog: Any, experiment: str) -> tuple["np.ndarray", list[str]]:
    """An experiment's generated images as they came from the model, and the names of the classes.

    Raises:
        InputError: if there is no such experiment, it was not run, or its model was asked for labels.
    """
    data_set = experiment.partition(".")[0]
    entries = configuration.data_sets()
    known = [f"{name}.{found}" for name, entry in entries.items() for found, _, _ in experiments(entry)]
    if experiment not in known:
        raise InputError(f"there is no experiment {experiment!r}; there are: {', '.join(known)}")
    if not catalog.exists(f"{experiment}.synthetic"):
        raise InputError(f"{experiment} has generated no images yet: kedro run --pipeline={data_set}")
    rows = catalog.load(f"{experiment}.synthetic")
    if "labels" in rows:
        raise InputError(f"images of {experiment} carry the label the model was asked for: there is none to give")
    return rows["images"], [str(name) for name in catalog.load(f"{data_set}.test")["class_names"]]


@cli.group()
def label() -> None:
    """Labels that a person gives to generated images."""


@label.command("export")
@click.option("--experiment", required=True, help="such as mnist.gan; its images must have been generated")
@click.option("--rows", default=1408, show_default=True, type=click.IntRange(min=1), help="how many, from the first")
@click.option("--out", type=click.Path(path_type=Path), default=None, help="folder for the two files")
@env_option
def export(experiment: str, rows: int, out: Path | None, env: str | None) -> None:
    """Writes a contact sheet to look at and a table to fill in."""
    from standin.data import hand_labels
    from standin.pipelines.reporting.report import contact_sheet

    with stored_results(env) as catalog:
        images, names = generated(catalog, experiment)
    folder = out or Path("data/08_reporting") / experiment.replace(".", "/", 1) / "hand_labels"
    folder.mkdir(parents=True, exist_ok=True)
    form = hand_labels.form(experiment, images[:rows])
    sheet, table = folder / "contact_sheet.html", folder / "labels.csv"
    if table.exists():
        raise InputError(f"{table} is there already: move it away, or name another folder by --out")
    sheet.write_text(contact_sheet(experiment, images[:rows], names), encoding="utf-8")
    form.to_csv(table, index=False)
    click.echo(f"Look at {sheet}, fill in the last column of {table} with one of {', '.join(names)},")
    click.echo(f"leave it empty where you cannot say, then: kedro label import {table}")


@label.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@env_option
def import_(file: Path, env: str | None) -> None:
    """Checks a filled-in table and keeps its labels for the next run."""
    from standin.data import hand_labels

    experiment = hand_labels.experiment_of(file)
    with stored_results(env) as catalog:
        images, names = generated(catalog, experiment)
        labels = hand_labels.check(file, hand_labels.sample_ids(images), names)
        catalog.save(f"{experiment}.hand_labels", labels)
    data_set = experiment.partition(".")[0]
    click.echo(f"Kept {len(labels):,} labels of {experiment}. To use them:")
    click.echo(f"kedro run --pipeline={data_set} --from-nodes={experiment}.label_synthetic")


for command in (export, import_):
    in_one_sentence(command)
