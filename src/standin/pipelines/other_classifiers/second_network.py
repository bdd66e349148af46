"""Nodes that train the second network, a classifier of another architecture, and let it predict the test images.

It is trained only where an answer can be yes: for arms that, by the mean accuracy of the first network on test images,
exceed the limit of their question. Other arms cannot get a yes, whatever the second network predicts. Looking at the
test images saves their training; it chooses nothing.

Only predictions are stored: `arm`, `classifier_seed`, `image_id`, `label`, `predicted`. All classifiers have the first
classifier seed.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from standin.core.leakage import assert_unseen, seen_arrays
from standin.core.progress import part
from standin.core.types import Arrays, Checkpoint
from standin.experiments.arms import REFERENCE, Run, slug
from standin.pipelines.classification.nodes import train_arm
from standin.pipelines.evaluation.nodes import stages_of
from standin.verdict.decision import possible_yes
from standin.verdict.facts import Margins
from standin.verdict.predictions import correct_by_arm

log = logging.getLogger(__name__)

CHOSEN_POOL = "standin.training.pools.mixed.mixed_as_chosen"
COLUMNS = ["arm", "classifier_seed", "image_id", "label", "predicted"]


def train_second_on_real(
    second_classifier: dict[str, Any],
    seeds: list[int],
    test: Arrays,
    verdict: dict[str, Any],
    real_predictions: pd.DataFrame,
    *more: Any,
    models: Sequence[str],
    pool: dict[str, Any],
    checkpoint: Checkpoint | None = None,
) -> pd.DataFrame:
    """The second network's predictions in arm `real`.

    Args:
        second_classifier: its parameters.
        seeds: of classifiers; the first is used.
        verdict: fields of `Margins`.
        real_predictions: of the first network, arms without generated images.
        more: the first network's predictions of each experiment; then the arguments of the pool function.
        models: the generative model of each experiment.
        pool: `_target_`, the function that builds the training pool.

    Returns:
        No rows if no arm of any model can get a yes.

    Raises:
        LeakError: a stage upstream of the arm saw a test image.
    """
    tables, inputs = more[: len(models)], more[len(models) :]
    for model in dict.fromkeys(models):
        of_model = [table for name, table in zip(models, tables, strict=True) if name == model]
        if _candidates(of_model, real_predictions, test, verdict):
            return _predictions(REFERENCE, second_classifier, seeds[0], test, inputs, {"pool": pool}, checkpoint)
    return pd.DataFrame(columns=COLUMNS)


def train_second_classifier(
    second_classifier: dict[str, Any],
    seeds: list[int],
    test: Arrays,
    verdict: dict[str, Any],
    real_predictions: pd.DataFrame,
    *more: Any,
    names: Sequence[str],
    runs: Mapping[str, Mapping[str, Any]],
    checkpoint: Checkpoint | None = None,
) -> pd.DataFrame:
    """The second network's predictions in the arms of an experiment that can get a yes.

    Args:
        second_classifier, seeds, test, verdict, real_predictions: as of `train_second_on_real`.
        more: the first network's predictions of the experiments of all generator seeds; then the inputs of the pools.
        names: of the inputs of the pools.
        runs: run -> `pool` (`_target_`), `inputs` (names) and `amount` of its training pool.

    Returns:
        No rows if no arm can get a yes.

    Raises:
        LeakError: a stage upstream of an arm saw a test image.
    """
    tables, inputs = more[: -len(names)], dict(zip(names, more[-len(names) :], strict=True))
    chosen = [name for name in _candidates(tables, real_predictions, test, verdict) if name in runs]
    log.info("The second network is trained for %s.", ", ".join(chosen) or "no arm")
    predictions = [pd.DataFrame(columns=COLUMNS)]
    for place, name in enumerate(chosen):
        run, child = runs[name], checkpoint.child(slug(name)) if checkpoint else None
        arguments = [inputs[key] for key in run["inputs"]]
        built = {"pool": run["pool"], "amount": run["amount"]}
        with part(place, len(chosen), name if len(chosen) > 1 else ""):
            predictions.append(_predictions(name, second_classifier, seeds[0], test, arguments, built, child))
    return pd.concat(predictions[1:] or predictions, ignore_index=True)


def pool_of(run: Run) -> dict[str, Any]:
    """How `train_second_classifier` builds the training pool of a run: with the amount that was chosen, if one was."""
    if run.candidates:
        target, amount = CHOSEN_POOL, f"provenance_{slug(run.name)}"
        return {"pool": {"_target_": target}, "inputs": (*run.arm.inputs, amount), "amount": None}
    return {"pool": {"_target_": run.arm.pool}, "inputs": run.arm.inputs, "amount": run.amount}


def _candidates(
    tables: Sequence[pd.DataFrame], real_predictions: pd.DataFrame, test: Arrays, verdict: dict[str, Any]
) -> list[str]:
    """Runs that can get a yes, from the predictions of a model's experiments."""
    generators = [correct_by_arm(table, test) for table in tables]
    generated = {run: np.stack([correct[run] for correct in generators]) for run in generators[0]}
    return possible_yes(generated, correct_by_arm(real_predictions, test)[REFERENCE], Margins.model_validate(verdict))


def _predictions(
    arm: str,
    classifier: dict[str, Any],
    seed: int,
    test: Arrays,
    inputs: Sequence[Any],
    built: dict[str, Any],
    checkpoint: Checkpoint | None,
) -> pd.DataFrame:
    """Trains an arm; `built`: arguments of `train_arm` about its training pool."""
    from standin.training.inference import predict

    trained, _, provenance = train_arm(classifier, [seed], *inputs, checkpoint=checkpoint, **built)
    assert_unseen(test, "test", seen_arrays(provenance), stages_of(provenance))
    (model,) = trained.values()
    predicted = predict(model, test["images"]).argmax(axis=1)
    values = (arm, seed, test["image_ids"], test["labels"], predicted)
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)))
