"""`kedro export`: labeled generated images for use elsewhere, with a data card; or the real images of a split, to train
a generator elsewhere, or to measure classifiers there."""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from standin import __version__
from standin.commands import common
from standin.config import loader
from standin.core.errors import InputError
from standin.core.instantiate import resolve_target
from standin.data.origin import TEXT_CHUNK, generated_by
from standin.data.writers import WRITERS
from standin.experiments.ids import is_image_set
from standin.kedro_ext.compat import local_path
from standin.kedro_ext.incremental.consistency import find_mismatch

PARTS = ("generative_model", "generative_model_seen", "sample_quality")
CARDS = {
    "train": """# {title}: {n:,} real training images

Exported by Standin, to train a generator on them. The test and validation images are not among them: a generator that
is trained on these images only can be compared without leaks (`made_from: train`).
""",
    "validation": """# {title}: {n:,} real validation images

Exported by Standin, to choose settings by them. A generator that is trained on them cannot be compared without leaks.
""",
    "test": """# {title}: {n:,} real test images

Exported by Standin, to measure classifiers that are trained elsewhere, next to the exported generated images. Do not
train on them, and do not choose anything by them.
""",
}
"""The data card of each split of the real images."""
SHARED_PARTS = ("train", "pseudo_labeler", "pseudo_labeler_seen", "verdict", "accuracy", "run_parameters")


@common.friendly_errors
@click.command()
@click.option(
    "--experiment", help="generated images of this experiment, such as mnist.dcgan; its pipeline must have run"
)
@click.option("--split", type=click.Choice([*CARDS]), help="only the real images of this split of --data-set")
@click.option("--data-set", help="such as mnist; its images must have been read by a run")
@click.option("--images", type=click.IntRange(min=1), help="number of images; by default as many as training images")
@click.option("--format", "form", type=click.Choice(sorted(WRITERS)), default="image_folder", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), default=None, help="new folder to write to")
@common.env_option
@common.params_option
def export(
    experiment: str | None,
    split: str | None,
    data_set: str | None,
    images: int | None,
    form: str,
    out: Path | None,
    env: str | None,
    params: dict[str, Any],
) -> None:
    """Writes labeled generated images with a data card, or the real images of a split."""
    if (experiment is None) == (split is None):
        raise InputError("exactly one of --experiment and --split must be given")
    if (split is None) != (data_set is None):
        raise InputError("--split and --data-set must be given together")
    if experiment:
        export_generated(experiment, images, form, out, env, params)
    elif data_set and split:
        export_split(data_set, split, images, form, out, env, params)


def export_split(
    data_set: str, split: str, images: int | None, form: str, out: Path | None, env: str | None, params: dict[str, Any]
) -> None:
    """Writes the real images of a split, in the order of their ids."""
    if images:
        raise InputError(f"--images goes with --experiment; of --split {split} all images are written")
    with common.stored_results(env, params) as catalog:
        common.requested_pipelines(data_set)
        if not catalog.exists(f"{data_set}.{split}"):
            ingest = f"{common.run_command(data_set)} --to-nodes={data_set}.ingest"
            raise InputError(f"the images of {data_set} have not been read yet: {ingest}")
        real = catalog.load(f"{data_set}.{split}")
        report = local_path(catalog[f"{data_set}.report"])
        assert report is not None
        folder = out or report.parent / split / form
        if folder.exists():
            raise InputError(f"{folder} already exists: move it, or choose another folder with --out")
        title = loader.plans()[data_set].entry["title"]
    n = len(real["labels"])
    write(folder, form, real, CARDS[split].format(title=title, n=n))
    click.echo(f"Wrote {n:,} real {'training' if split == 'train' else split} images: {folder}")


def export_generated(
    experiment: str, images: int | None, form: str, out: Path | None, env: str | None, params: dict[str, Any]
) -> None:
    """Writes labeled generated images with a data card."""
    from standin.reports.data_card import commit_of, data_card

    with common.stored_results(env, params) as catalog:
        known = common.find_experiment(experiment)
        data_set, model = known.data_set, known.model
        if is_image_set(loader.plans()[data_set].entry["generative_models"][model]):
            raise InputError(f"{experiment} is a set of images from elsewhere, which no model here can generate again")
        folder = out or common.results_of(catalog, known) / form
        if folder.exists():
            raise InputError(f"{folder} already exists: move it, or choose another folder with --out")
        check_in_verdict(experiment, data_set, model, catalog)
        names = [*(f"{data_set}.{part}" for part in SHARED_PARTS), *(f"{experiment}.{part}" for part in PARTS)]
        if missing := next((name for name in names if not catalog.exists(name)), None):
            whole = catalog.exists(f"{data_set}.train")
            problem = f"the run of {data_set} is not complete" if whole else f"{data_set} has not been run yet"
            raise InputError(f"{problem} (no {missing}): {common.run_command(data_set)}")
        check_one_run(experiment, names, catalog)
        entry = catalog.load(f"{data_set}.run_parameters")
        common.start_backend()
        resolve_target(entry["generative_models"][model]["_target_"])  # registers its class with Keras
        click.echo(f"Sampling {experiment} ...")
        labeled = sample(catalog, experiment, data_set, entry, images, known.seed)
        check_one_run(experiment, names, catalog)  # a run may have started meanwhile
        parts = (f"{data_set}.verdict", f"{data_set}.accuracy", f"{experiment}.sample_quality")
        verdict, accuracy, quality = map(catalog.load, parts)
        card = data_card(experiment, entry, model, known.seed, labeled, verdict, accuracy, quality, form)
    software = f"Standin {__version__}{commit_of(entry)}"
    texts = {TEXT_CHUNK: generated_by(f"{experiment}, generator seed {known.seed}", software)}
    write(folder, form, labeled, card, texts)
    if images and len(labeled["labels"]) < images:
        click.echo(
            f"Of {images:,} requested images, pseudo-labeling kept {len(labeled['labels']):,} "
            "(increase pseudo_labeling.candidates for more)."
        )
    click.echo(f"Wrote {len(labeled['labels']):,} images and their data card: {folder}")


def check_in_verdict(experiment: str, data_set: str, model: str, catalog: Any) -> None:
    """Raises InputError if the data set has a verdict that does not include this model."""
    verdict = catalog.load(f"{data_set}.verdict") if catalog.exists(f"{data_set}.verdict") else None
    if verdict and model not in verdict.generative_models:
        why = verdict.failed.get(model, "it was disabled in the run that computed it")
        raise InputError(f"{experiment} is not in the verdict of {data_set}: {why}")


def check_one_run(experiment: str, names: Sequence[str], catalog: Any) -> None:
    """Raises InputError if these results are from different runs, so that the data card could describe another model
    than the one that generated the images."""
    if mismatch := find_mismatch([*names, f"{experiment}.labeled_synthetic"], catalog, given=True):
        raise InputError(f"{experiment} has results of two runs ({mismatch}): {common.run_command(experiment)}")


def sample(
    catalog: Any, experiment: str, data_set: str, entry: dict[str, Any], images: int | None, seed: int
) -> dict[str, Any]:
    """Labeled generated images, as in the pipeline: the same images if `images` is the pipeline's number."""
    from standin.pipelines.generation.nodes import sample_generative_model
    from standin.pipelines.pseudo_labeling.nodes import label_synthetic

    train, labeler, labeler_seen = (catalog.load(f"{data_set}.{part}") for part in SHARED_PARTS[:3])
    model, seen, manual_labels = (catalog.load(f"{experiment}.{part}") for part in (*PARTS[:2], "manual_labels"))
    wanted: list[int | None] = [images or len(train["labels"])]
    ratio, labeling = entry["synthetic_ratio"], entry["pseudo_labeling"]
    synthetic = sample_generative_model(model, seen, train, wanted, ratio, labeling, seed)
    return label_synthetic(synthetic, labeler, labeler_seen, train, manual_labels, labeling, wanted, ratio)[0]


def write(folder: Path, form: str, labeled: dict[str, Any], card: str, texts: Mapping[str, str] | None = None) -> None:
    """Writes all files next to `folder`, then moves them into place: the folder is complete or absent.

    Args:
        texts: keyword -> content of text chunks of each image file.
    """
    partial = folder.with_name(f".partial_{folder.name}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        WRITERS[form](partial, labeled["images"], labeled["labels"], labeled["class_names"].tolist(), texts)
        (partial / "README.md").write_text(card, encoding="utf-8")
        os.replace(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
