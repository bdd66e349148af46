"""`kedro label`: manual labels for generated images."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from standin.commands import common
from standin.core.errors import InputError
from standin.io.atomic import atomic_write

if TYPE_CHECKING:
    import numpy as np


@click.group()
def label() -> None:
    """Manual labels for generated images."""


def generated(catalog: Any, experiment: str) -> tuple["np.ndarray", list[str]]:
    """An experiment's generated images, before labeling, and the class names.

    Raises:
        InputError: if the experiment does not exist or was not run, or if its model is conditional.
    """
    data_set = common.find_experiment(experiment).data_set
    if not catalog.exists(f"{experiment}.synthetic"):
        raise InputError(f"{experiment} has generated no images yet: {common.run_command(data_set)}")
    synthetic = catalog.load(f"{experiment}.synthetic")
    if "labels" in synthetic:
        raise InputError(f"{experiment} is conditional: its images are already labeled")
    return synthetic["images"], [str(name) for name in catalog.load(f"{data_set}.test")["class_names"]]


@common.friendly_errors
@label.command("export")
@click.option("--experiment", required=True, help="such as mnist.gan; its images must have been generated")
@click.option(
    "--images", "n_images", default=1408, show_default=True, type=click.IntRange(min=1), help="number of images"
)
@click.option("--out", type=click.Path(path_type=Path), default=None, help="folder of the two files")
@common.env_option
@common.params_option
def export(experiment: str, n_images: int, out: Path | None, env: str | None, params: dict[str, Any]) -> None:
    """Writes a contact sheet and a table to fill in."""
    from standin.data import manual_labels
    from standin.reports.contact_sheet import contact_sheet

    with common.stored_results(env, params) as catalog:
        images, names = generated(catalog, experiment)
        folder = out or common.results_of(catalog, common.find_experiment(experiment)) / "manual_labels"
    if n_images > len(images):
        click.echo(f"{experiment} has generated {len(images):,} images, not {n_images:,}: the sheet has all of them.")
    folder.mkdir(parents=True, exist_ok=True)
    form = manual_labels.form(experiment, images[:n_images])
    sheet, table = folder / "contact_sheet.html", folder / "labels.csv"
    if table.exists():
        raise InputError(f"{table} already exists: move it, or choose another folder with --out")
    with atomic_write(sheet) as partial:
        partial.write_text(contact_sheet(experiment, images[:n_images], names), encoding="utf-8")
    with atomic_write(table) as partial:
        form.to_csv(partial, index=False)
    click.echo(f"Open {sheet} and fill in the last column of {table} with one of {', '.join(names)},")
    click.echo(f"or leave it empty if you cannot tell; then: kedro label import {table}{_options(env)}")


@common.friendly_errors
@label.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@common.env_option
@common.params_option
def import_(file: Path, env: str | None, params: dict[str, Any]) -> None:
    """Checks a filled-in table and stores its labels for the next run, together with those of earlier tables."""
    from standin.data import manual_labels

    experiment = manual_labels.experiment_of(file)
    with common.stored_results(env, params) as catalog:
        images, names = generated(catalog, experiment)
        ids = manual_labels.sample_ids(images)
        labels = manual_labels.check(file, ids, names)
        together = manual_labels.together(catalog.load(f"{experiment}.manual_labels"), labels)
        catalog.save(f"{experiment}.manual_labels", together)
        run = common.run_command(experiment)
    earlier = len(together) - len(labels)
    unused = int((~together["sample_id"].isin(set(ids))).sum())
    added = f" in addition to {earlier:,} imported before" if earlier else ""
    added += f" ({unused:,} of them unused: their images no longer exist)" if unused else ""
    click.echo(f"Stored {len(labels):,} labels of {experiment}{added}. To use them:")
    click.echo(f"{run}{_options(env)}")


def _options(env: str | None) -> str:
    """--env and --params of this command, for the next one."""
    params = click.get_current_context().meta.get(common.PARAMS_TEXT, "")
    return (f" --env={env}" if env else "") + (f" --params {shlex.quote(params)}" if params else "")
