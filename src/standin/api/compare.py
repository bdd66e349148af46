"""`standin.compare`: the verdict on generated images, in memory."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from standin.api.inputs import to_source
from standin.api.networks import given_networks
from standin.api.real import real_source
from standin.api.result import Comparison
from standin.api.run import Progress, Results, run
from standin.api.settings import DATA_SET, settings
from standin.api.steps import (
    Step,
    experiment_steps,
    pseudo_labeler_steps,
    real_steps,
    reference_steps,
    report_steps,
    second_network_steps,
    section_steps,
    verdict_steps,
)
from standin.config.record import remember_environment
from standin.core.errors import InputError
from standin.core.mappings import overlay
from standin.data.source import Source
from standin.experiments.arms import synthetic_runs
from standin.experiments.ids import ExperimentId, experiments
from standin.pipelines.generation.given import as_samples
from standin.pipelines.ingestion.nodes import divide
from standin.pipelines.node_helpers import own

SAMPLES = ("synthetic", "history", "snapshots")
FEWER = 0.9
"""Part of the number of real training images from which as many generated ones do not need a note."""
NO_LABELER = ("pseudo_labeler", "pseudo_labeler_report", "pseudo_labeler_seen")


def compare(
    real: Any,
    generated: Any,
    test: Any = None,
    *,
    seeds: int = 3,
    quick: bool = False,
    side: int | None = None,
    made_from: str | os.PathLike[str] = "unknown",
    labels_spent: int | None = None,
    title: str | None = None,
    classifier: Callable[..., Any] | None = None,
    feature_extractor: Callable[..., Any] | None = None,
    parameters: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Can generated images replace real ones as training data, or extend them?

    Classifiers are trained on real, generated, and mixed images, by one recipe, and compared on real test images.

    Args:
        real: labeled images: a path, a pair (images, labels), a mapping, a datasets.Dataset, a tf.data.Dataset or a
            torch Dataset (`standin.api.inputs`). Without `test`, part of them become test images, unless a folder
            has a test split.
        generated: generated images of the same kinds, labeled or not, or a mapping from names to these. A list of
            paths or pairs are several sets by one generator, trained with different seeds.
        test: real test images that the generator has not seen; a fifth of them are used for validation.
        seeds: of classifiers; at least three for an answer about any training.
        quick: a rough answer in about a fifth of the time: less training, one seed, no learning curve, no mixtures.
        side: pixels per side to which images in files are resized; None: see `standin.data.images.read_images`.
        made_from: what the generator was trained on: "train" (the real training images only), "unknown", or the path
            of these images.
        labels_spent: number of real images that had to be labeled for the generated ones; None: unknown.
        title: of the report; None: the name of the folder of real images.
        classifier, feature_extractor: functions (image_shape, n_classes) -> `keras.Model` with logits, which may be
            defined in a notebook, in place of the default networks (`standin.api.networks`).
        parameters: override others, as in a configuration (`src/standin/config/defaults.yml`).
        progress: called before each training (`standin.api.run.Progress`).

    Raises:
        InputError: an argument is not valid, a generated image equals a real test image, or there are too few images.
    """
    remember_environment(None)  # that of an earlier session in the same process
    source, results, named = prepare(
        real,
        generated,
        test,
        networks={"classifier": classifier, "feature_extractor": feature_extractor},
        seeds=seeds,
        quick=quick,
        side=side,
        made_from=made_from,
        labels_spent=labels_spent,
        title=title,
        parameters=parameters,
    )
    run(_steps(results.entry, named, results), results, progress)
    return Comparison(results, [experiment.name for experiment in named], _notes(source, results))


class Prepared(NamedTuple):
    """What is known before anything is trained.

    Attributes:
        source: the real images.
        results: their splits, the complete parameters, and the generated images of each experiment.
        experiments: one for each set of generated images.
    """

    source: Source
    results: Results
    experiments: list[ExperimentId]


def prepare(
    real: Any,
    generated: Any,
    test: Any,
    *,
    networks: Mapping[str, Any],
    seeds: int = 1,
    quick: bool = False,
    side: int | None = None,
    made_from: str | os.PathLike[str] = "unknown",
    labels_spent: int | None = None,
    title: str | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Prepared:
    """Reads and splits the images, and completes the parameters.

    Args:
        networks: functions in place of default networks (`standin.api.networks.given_networks`).
        real, generated, test, seeds, quick, side, made_from, labels_spent, title, parameters: as for `compare`.

    Raises:
        InputError: as for `compare`.
    """
    source = real_source(real, test, side)
    height, width = source.splits["train"]["images"].shape[1:3]
    if os.fspath(made_from) == "train" and "test" not in source.splits:
        raise InputError(
            "made_from: train requires test images, which the generator has not seen: give test, since otherwise some "
            "of the real images become test images"
        )
    named_sets = _named(generated)
    sets = {
        name: [to_source(one, f"generated images {name}", labels="optional", side=side) for one in several]
        for name, several in named_sets.items()
    }
    # A first split only tells how many training images there will be.
    counts = {name: len(several) for name, several in sets.items()}
    shape = (int(height), int(width), int(source.splits["train"]["images"].shape[3]))
    part = 1.0 if "validation" in source.splits else 0.8
    n_train = round(part * len(source.splits["train"]["labels"]))
    given = given_networks(networks, shape, len(source.class_names))
    entry = settings(
        n_train,
        shape,
        counts,
        seeds=seeds,
        quick=quick,
        title=title or (_path(real) and Path(_path(real)).resolve().stem) or "Comparison",
        made_from=os.fspath(made_from),
        labels_spent=labels_spent,
        parameters=overlay(given, parameters or {}),
    )
    _record_paths(entry, real, named_sets, made_from)
    results = Results(entry)
    first = ("train", "validation", "test", "labeled", "copies", "held_out")
    arguments = (entry["split_seed"], entry["n_real"], entry["withheld_subset"], entry["label_budget"])
    results.shared |= dict(zip(first, divide(source, *arguments), strict=True))
    results.shared["manual_labels"] = pd.DataFrame({"sample_id": [], "label": []})
    results.shared["previous_accuracy"] = pd.DataFrame({"arm": [], "generative_model": []})
    named = experiments(DATA_SET, entry)
    for experiment in named:
        samples = as_samples(
            sets[experiment.model][experiment.seed],
            results.shared["train"],
            {name: results.shared[name] for name in ("test", "validation")},
            os.fspath(made_from),
            labels_spent,
            formats=results.shared["copies"]["formats"],
            earlier=_images_before(results, named, experiment, same=True),
            others=_images_before(results, named, experiment, same=False),
            place=experiment.seed,
        )
        results.experiments[experiment.name] = dict(zip(SAMPLES, samples, strict=True))
    _check_amounts(results)
    return Prepared(source, results, named)


def _images_before(
    results: Results, named: Sequence[ExperimentId], experiment: ExperimentId, same: bool
) -> dict[str, np.ndarray]:
    """The images of earlier sets, of the same generator or of others."""
    before = [e.name for e in named if e.name in results.experiments and (e.model == experiment.model) == same]
    return {name: results.experiments[name]["synthetic"]["images"] for name in before}


def _path(data: Any) -> str:
    """Empty for data in memory."""
    return os.fspath(data) if isinstance(data, str | os.PathLike) else ""


def _record_paths(entry: dict[str, Any], real: Any, sets: Mapping[str, Sequence[Any]], made_from: Any) -> None:
    """Writes where the images are into the parameters, for the record; `settings` only knows how many sets exist."""
    entry["source"]["path"] = _path(real) or "in memory"
    for name, several in sets.items():
        model = entry["generative_models"][name]
        model["made_from"] = os.fspath(made_from)
        for place, one in enumerate(several):
            model["images"][place]["path"] = _path(one) or "in memory"


def _notes(source: Source, results: Results) -> list[str]:
    """What a reader of the verdict should know about the images."""
    notes = [f"real: {note}" for note in source.notes]
    if "test" not in source.splits:
        notes.append(
            f"{len(results.shared['test']['labels']):,} of the real images are the test images. If a generator was "
            "trained on them, the answers are too favorable: give test images of its own to avoid this."
        )
    n_train = len(results.shared["train"]["labels"])
    for name, parts in results.experiments.items():
        n = len(parts["synthetic"]["images"])
        if n < FEWER * n_train:
            notes.append(
                f"{name}: {n:,} images are compared with {n_train:,} real training images; part of a loss may be due "
                "to the number."
            )
        if "labels" not in parts["synthetic"]:
            notes.append(f"{name}: these images have no labels; a pseudo-labeler, trained on real images, labels them.")
        notes += [f"{name}: {note}" for note in parts["synthetic"]["notes"].tolist()]
    return notes


def _named(generated: Any) -> dict[str, list[Any]]:
    """Name -> its sets of generated images."""
    if isinstance(generated, Mapping) and not {"images", "image"} & {*generated}:
        return {str(name): _several(one) for name, one in generated.items()}
    return {"generated": _several(generated)}


def _several(one: Any) -> list[Any]:
    is_list = isinstance(one, list) and bool(one)
    paths = is_list and all(isinstance(item, str | os.PathLike) for item in one)
    pairs = is_list and all(isinstance(item, tuple) for item in one)
    return list(one) if paths or pairs else [one]


def _check_amounts(results: Results) -> None:
    """Raises an `InputError` if there are so few images that nothing could be decided."""
    least, test = 20, results.shared["test"]
    counts = np.bincount(results.shared["train"]["labels"], minlength=len(test["class_names"]))
    if len(test["labels"]) < least:
        raise InputError(f"real: at least {least} test images are needed, got {len(test['labels'])}")
    if counts.min() < 2:
        name = test["class_names"][counts.argmin()]
        raise InputError(f"real: each class needs at least two training images, got {counts.min()} of {name!r}")


def _steps(entry: Mapping[str, Any], named: Sequence[ExperimentId], results: Results) -> list[tuple[str | None, Step]]:
    names, models = [e.name for e in named], [e.model for e in named]
    runs = {model: synthetic_runs(entry, model) for model in dict.fromkeys(models)}
    unlabeled = any("labels" not in results.experiments[name]["synthetic"] for name in names)
    steps: list[tuple[str | None, Step]] = []
    steps += [(None, step) for step in reference_steps()]
    if unlabeled:
        steps += [(None, step) for step in pseudo_labeler_steps()]
    else:
        results.shared |= dict.fromkeys(NO_LABELER) | {"pseudo_labeler_seen": {}}
    steps += [(None, step) for step in real_steps(entry, ["real"], DATA_SET)]
    for one in named:
        steps += [
            (one.name, step)
            for step in experiment_steps(entry, runs[one.model], DATA_SET, one.name, one.model, one.seed)
        ]
    if entry["second_classifier"]:
        for one in named:
            same = [other for other in named if other.model == one.model]
            tables = ["predictions" if other == one else own(other.name, "predictions") for other in same]
            steps += [(one.name, step) for step in second_network_steps(runs[one.model], tables)]
    steps += [(None, step) for step in verdict_steps(entry, names, models)]
    for one in named:
        steps += [(one.name, step) for step in section_steps(runs[one.model], ["real"], one.name)]
    return steps + [(None, step) for step in report_steps(entry, names)]
