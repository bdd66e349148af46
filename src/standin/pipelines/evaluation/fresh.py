"""The verdict of a stored run on a second test set: no node, since it is computed once, by `kedro fresh-test`."""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from standin.core.leakage import image_hashes
from standin.core.types import Arrays
from standin.experiments.arms import real_arms, slug, synthetic_runs
from standin.experiments.ids import experiments
from standin.models.registry import baseline_of
from standin.pipelines.evaluation.nodes import by_seed, evaluate
from standin.verdict.compute import compute_verdict
from standin.verdict.schema import Verdict

EXPERIMENT_PARTS = ("sample_quality", "scores")
"""Results of an experiment that the verdict reads; classifiers and provenance are read for each of its runs."""


def evaluated_arms(data_set: str, entry: Mapping[str, Any], models: Mapping[str, Any]) -> dict[str, list[str]]:
    """Namespace -> arms and runs whose classifiers are scored: the data set's, then those of each experiment.

    Args:
        entry: the complete parameters of the run.
        models: the generative models of its verdict.
    """
    named = [experiment for experiment in experiments(data_set, entry) if experiment.model in models]
    runs = {str(e): [run.name for run in synthetic_runs(entry, e.model)] for e in named}
    return {data_set: real_arms(entry)} | runs


def results_needed(data_set: str, entry: Mapping[str, Any], models: Mapping[str, Any]) -> list[str]:
    """The catalog entries that `fresh_verdict` loads."""
    arms = evaluated_arms(data_set, entry, models)
    parts = ("classifiers", "provenance")
    of_arms = [f"{name}.{part}_{slug(arm)}" for name, runs in arms.items() for arm in runs for part in parts]
    of_experiments = [f"{name}.{part}" for name in arms if name != data_set for part in EXPERIMENT_PARTS]
    return [*of_arms, *of_experiments, *([f"{data_set}.convergence"] if entry["convergence_check"] else [])]


def fresh_verdict(
    fresh: Arrays,
    validation: Arrays,
    data_set: str,
    entry: dict[str, Any],
    models: Mapping[str, Any],
    load: Callable[[str], Any],
) -> tuple[Verdict, pd.DataFrame]:
    """The verdict and the table of accuracies on the images of a second test set.

    Args:
        fresh: the images, without copies.
        validation: validation images.
        entry: the complete parameters of the run.
        models: the generative models of its verdict.
        load: catalog entry -> stored result.

    Raises:
        LeakError: a model was trained on one of the images.
    """
    named = {str(experiment): experiment for experiment in experiments(data_set, entry)}
    predictions, scores = {}, {}
    for name, arms in evaluated_arms(data_set, entry, models).items():
        data = [load(f"{name}.{part}_{slug(arm)}") for arm in arms for part in ("classifiers", "provenance")]
        experiment = named.get(name)
        scores[name], _, predictions[name] = evaluate(
            fresh,
            validation,
            entry["bootstrap"],
            *data,
            arms=tuple(arms),
            dataset=data_set,
            generative_model=experiment.model if experiment else None,
            generator_seed=experiment.seed if experiment else None,
        )
    of_experiments = [name for name in scores if name != data_set]
    parts = [predictions[name] for name in of_experiments] + [load(f"{name}.sample_quality") for name in of_experiments]
    parts += [scores[name] for name in of_experiments]
    optional = ["convergence"] if entry["convergence_check"] else []
    verdict = compute_verdict(
        fresh,
        predictions[data_set],
        scores[data_set],
        entry["verdict"],
        entry["bootstrap"],
        None,
        *parts,
        *(load(f"{data_set}.{name}") for name in optional),
        models=[named[name].model for name in of_experiments],
        baseline=baseline_of({name: entry["generative_models"][name] for name in models}),
        whole=entry["n_real"] is None and entry["withheld_subset"] is None,
        optional=optional,
    )
    return verdict, pd.concat(scores.values(), ignore_index=True)


def frozen_state(
    fresh: Arrays,
    data_set: str,
    entry: dict[str, Any],
    models: Mapping[str, Any],
    load: Callable[[str], Any],
) -> dict[str, str]:
    """Digests of what must not change between two looks: `settings` (margins and intervals), `classifiers` (the arms
    and the weights of all classifiers that are scored), and `images` of the second test set with their labels."""
    weights = hashlib.blake2b(digest_size=16)
    for name, arms in evaluated_arms(data_set, entry, models).items():
        for arm in arms:
            for seed, classifier in by_seed(load(f"{name}.classifiers_{slug(arm)}")):
                weights.update(f"{name} {arm} {seed}".encode())
                for array in classifier().get_weights():
                    weights.update(np.ascontiguousarray(array).data)
    settings = {name: entry[name] for name in ("verdict", "bootstrap")}
    images = image_hashes(fresh["images"]).tobytes() + fresh["labels"].tobytes()
    return {
        "settings": hashlib.blake2b(json.dumps(settings, sort_keys=True).encode(), digest_size=16).hexdigest(),
        "classifiers": weights.hexdigest(),
        "images": hashlib.blake2b(images, digest_size=16).hexdigest(),
    }
