"""`kedro label`: manual labels for generated images."""

import json
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


def choosing_images(command: Any) -> Any:
    """Options of commands that write images to label."""
    for option in (
        common.params_option,
        common.env_option,
        click.option("--out", type=click.Path(path_type=Path), default=None, help="folder of the files"),
        click.option(
            "--images", "n_images", default=1408, show_default=True, type=click.IntRange(min=1), help="number of images"
        ),
        click.option("--experiment", required=True, help="such as mnist.gan; its images must have been generated"),
    ):
        command = option(command)
    return command


@common.friendly_errors
@label.command("open")
@choosing_images
@click.option("--no-browser", is_flag=True, help="only write the page")
def open_(
    experiment: str, n_images: int, out: Path | None, no_browser: bool, env: str | None, params: dict[str, Any]
) -> None:
    """Writes a page to label images by keyboard or in grids, and opens it in a browser."""
    from standin.reports.labeling_page import labeling_page

    with common.stored_results(env, params) as catalog:
        images, names, folder = _to_label(catalog, experiment, n_images, out)
        page = folder / "label.html"
        text = labeling_page(experiment, images, names, _predicted(catalog, experiment, images))
    with atomic_write(page) as partial:
        partial.write_text(text, encoding="utf-8")
    click.echo(f"{page}: label the images, download labels.csv, then: kedro label import labels.csv{_options(env)}")
    if not no_browser:
        click.launch(page.as_uri())


@common.friendly_errors
@label.command("export")
@choosing_images
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "label-studio"]),
    default="table",
    show_default=True,
    help="a contact sheet and a table to fill in, or tasks for Label Studio",
)
def export(
    experiment: str, n_images: int, out: Path | None, form: str, env: str | None, params: dict[str, Any]
) -> None:
    """Writes images to label with a spreadsheet, or with Label Studio."""
    with common.stored_results(env, params) as catalog:
        images, names, folder = _to_label(catalog, experiment, n_images, out)
    (_export_tasks if form == "label-studio" else _export_table)(experiment, images, names, folder, _options(env))


def _to_label(catalog: Any, experiment: str, n_images: int, out: Path | None) -> tuple["np.ndarray", list[str], Path]:
    """The images to label, the names of the classes, and the folder for the files."""
    images, names = generated(catalog, experiment)
    folder = out or common.results_of(catalog, common.find_experiment(experiment)) / "manual_labels"
    if n_images > len(images):
        click.echo(f"{experiment} has generated {len(images):,} images, not {n_images:,}: all of them are written.")
    folder.mkdir(parents=True, exist_ok=True)
    return images[:n_images], names, folder


def _export_table(experiment: str, images: "np.ndarray", names: list[str], folder: Path, options: str) -> None:
    from standin.data import manual_labels
    from standin.reports.contact_sheet import contact_sheet

    sheet, table = folder / "contact_sheet.html", folder / "labels.csv"
    _check_new(table)
    with atomic_write(sheet) as partial:
        partial.write_text(contact_sheet(experiment, images, names), encoding="utf-8")
    with atomic_write(table) as partial:
        manual_labels.form(experiment, images).to_csv(partial, index=False)
    click.echo(f"Open {sheet} and fill in the last column of {table} with one of {', '.join(names)},")
    click.echo(f"or leave it empty if you cannot tell; then: kedro label import {table}{options}")


def _export_tasks(experiment: str, images: "np.ndarray", names: list[str], folder: Path, options: str) -> None:
    from standin.data import label_studio, manual_labels

    tasks, interface = folder / "tasks.json", folder / "labeling_interface.xml"
    _check_new(tasks)
    with atomic_write(interface) as partial:
        partial.write_text(label_studio.interface(names), encoding="utf-8")
    with atomic_write(tasks) as partial:
        partial.write_text(
            json.dumps(label_studio.tasks(experiment, images, manual_labels.sample_ids(images))), encoding="utf-8"
        )
    click.echo(f"In Label Studio, paste {interface} into the labeling interface (Code) and import {tasks};")
    click.echo(f"export as JSON, then: kedro label import project.json{options}")


def _check_new(file: Path) -> None:
    if file.exists():
        raise InputError(f"{file} already exists: move it, or choose another folder with --out")


def _predicted(catalog: Any, experiment: str, images: "np.ndarray") -> "np.ndarray | None":
    """(n,) classes of images by the pseudo-labeler; None if there is none yet."""
    name = f"{common.find_experiment(experiment).data_set}.pseudo_labeler"
    if not catalog.exists(name):
        return None
    common.start_backend()
    from standin.training.inference import predict

    return predict(catalog.load(name), images).argmax(axis=1)


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
        agreement = _agreement(labels, ids, names, _predicted(catalog, experiment, images))
        together = manual_labels.together(catalog.load(f"{experiment}.manual_labels"), labels)
        catalog.save(f"{experiment}.manual_labels", together)
        run = common.run_command(experiment)
    earlier = len(together) - len(labels)
    unused = int((~together["sample_id"].isin(set(ids))).sum())
    added = f" in addition to {earlier:,} imported before" if earlier else ""
    added += f" ({unused:,} of them unused: their images no longer exist)" if unused else ""
    click.echo(f"Stored {len(labels):,} labels of {experiment}{added}. {agreement}To use them:")
    click.echo(f"{run}{_options(env)}")


def _agreement(labels: Any, ids: list[str], names: list[str], predicted: "np.ndarray | None") -> str:
    """How many of the labels the pseudo-labeler agrees with, in all and by class; empty if there is none."""
    if predicted is None:
        return ""
    by_id = {identity: names[label] for identity, label in zip(ids, predicted, strict=True)}
    agrees = labels["sample_id"].map(by_id) == labels["label"]
    by_class = [
        f"{name} {agrees[labels['label'] == name].mean():.0%}" for name in names if (labels["label"] == name).any()
    ]
    listed = ", ".join(by_class)
    return f"The pseudo-labeler agrees with {agrees.sum():,} of them ({agrees.mean():.0%}; by class: {listed}). "


def _options(env: str | None) -> str:
    """--env and --params of this command, for the next one."""
    params = click.get_current_context().meta.get(common.PARAMS_TEXT, "")
    return (f" --env={env}" if env else "") + (f" --params {shlex.quote(params)}" if params else "")
