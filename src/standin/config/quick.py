"""`quick: true`: a rough answer in a fraction of the time, to rehearse a data set before a long run."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from standin.config.schema import roles
from standin.experiments.arms import ARMS
from standin.experiments.ids import is_image_set

PART = 0.3
"""The part of the steps and epochs that remains."""
MULTIPLE = 20
"""Steps are a multiple of this, the usual number of points of a training curve."""
LEAST_STEPS = 100
"""No training is made shorter than this: a network would hardly have learned anything."""
ARMS_KEPT = ("real", "synthetic")


def shortened(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Complete parameters of a data set with less training, one seed, and neither mixtures of real and generated images
    nor the trainings that check the classifier."""
    short = dict(entry) | {
        "training": _training(entry["training"]),
        "generative_models": {
            key: model if is_image_set(model) else model | {"training": _training(model["training"])}
            for key, model in entry["generative_models"].items()
        },
        "generator_seeds": entry["generator_seeds"][:1],
        "classifier_seeds": entry["classifier_seeds"][:1],
        "second_classifier": None,
        "convergence_check": False,
        "real_curve": None,
        "epoch_table": None,
    }
    for role in roles(short):
        steps = entry[role]["steps"]
        shorter = MULTIPLE * ceil(PART * steps / MULTIPLE)
        short[role] = entry[role] | {"steps": min(steps, max(LEAST_STEPS, shorter))}
    kept = [arm for arm in entry["arms"] if arm in ARMS_KEPT]
    wanted = [model["arms"] or entry["arms"] for model in entry["generative_models"].values() if model["enabled"]]
    if all(any(ARMS[arm].question for arm in arms if arm in kept) for arms in wanted):
        short["arms"] = kept
    return short


def _training(training: Mapping[str, Any]) -> dict[str, Any]:
    epochs, min_steps = ceil(PART * training["epochs"]), ceil(PART * training["min_steps"])
    return dict(training) | {"epochs": epochs, "min_steps": min_steps}
