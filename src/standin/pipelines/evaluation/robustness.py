"""The node that scores a classifier on perturbed test images."""

from typing import Any

import numpy as np
import pandas as pd

from standin.core.images import to_float
from standin.core.leakage import assert_unseen, seen_arrays
from standin.core.types import Arrays
from standin.metrics.perturbations import PERTURBATIONS
from standin.metrics.proportion import proportion_ci
from standin.pipelines.evaluation.nodes import Partitions, by_seed, stages_of

MAX_IMAGES = 2000
"""Test images, drawn at random if there are more."""
SEED = 11
"""Of the draw and of the perturbations: they are the same for every classifier."""
ALL = "(all)"
"""In place of a class: the images of all classes."""


def evaluate_robustness(
    test: Arrays,
    bootstrap: dict[str, Any],
    classifiers: Partitions,
    provenance: Arrays,
    *,
    arm: str,
    generative_model: str | None,
) -> pd.DataFrame:
    """Accuracy of an arm's first classifier on perturbed test images.

    Args:
        bootstrap: `confidence` of the intervals.

    Returns:
        `arm`, `generative_model`, `perturbation`, `class`, `test_images`, `accuracy`, `accuracy_low`, `accuracy_high`:
        for each perturbation a row for the images of all classes, then one for each class (its recall).

    Raises:
        LeakError: a stage upstream of the arm saw a test image.
    """
    from standin.training.inference import predict

    assert_unseen(test, "test", seen_arrays(provenance), stages_of(provenance))
    n = len(test["labels"])
    drawn = np.sort(np.random.default_rng(SEED).permutation(n)[:MAX_IMAGES])
    images, labels = to_float(test["images"][drawn]), test["labels"][drawn]
    _, load = by_seed(classifiers)[0]
    model, rows = load(), []
    for name, perturbed in PERTURBATIONS.items():
        correct = predict(model, perturbed(images, np.random.default_rng(SEED))).argmax(axis=1) == labels
        parts = {ALL: correct} | {str(c): correct[labels == i] for i, c in enumerate(test["class_names"])}
        for part, values in parts.items():
            if len(values):
                accuracy = proportion_ci(values, bootstrap["confidence"])
                interval = accuracy.value, accuracy.low, accuracy.high
                rows.append((arm, generative_model, name, part, len(values), *interval))
    columns = ["arm", "generative_model", "perturbation", "class", "test_images"]
    return pd.DataFrame(rows, columns=[*columns, "accuracy", "accuracy_low", "accuracy_high"])
