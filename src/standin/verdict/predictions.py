"""From stored predictions and scores to what the verdict compares: which test images each classifier gets right."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from standin.metrics.proportion import wilson_interval
from standin.verdict.schema import Recall

Correct = dict[str, np.ndarray]
"""Arm -> whether each prediction is correct, bool (classifiers, images); of a generative model (generators,
classifiers, images)."""


def correct_by_arm(predictions: pd.DataFrame, test: dict[str, np.ndarray]) -> Correct:
    """Whether each prediction is correct, (classifiers, images) by arm, classifiers in the order of their seeds.

    Raises:
        ValueError: if a classifier predicted other images than `test`.
    """
    by_arm: dict[str, list[np.ndarray]] = {}
    for (arm, seed), table in predictions.groupby(["arm", "classifier_seed"], sort=False):
        if not np.array_equal(table["image_id"], test["image_ids"]):
            raise ValueError(
                f"predictions of arm {arm}, classifier seed {seed}, must be of the test images, got others"
            )
        by_arm.setdefault(str(arm), []).append((table["label"] == table["predicted"]).to_numpy())
    return {arm: np.stack(classifiers) for arm, classifiers in by_arm.items()}


def stack_generators(generators: Sequence[Correct]) -> Correct:
    """One generator each -> (generators, classifiers, images) by arm."""
    return {arm: np.stack([correct[arm] for correct in generators]) for arm in generators[0]}


def select_images(correct: Correct, images: np.ndarray) -> Correct:
    """Only some of the test images.

    Args:
        images: (n,) bool.
    """
    return {arm: values[..., images] for arm, values in correct.items()}


def recall_of(correct: np.ndarray, confidence: float) -> Recall:
    """Proportion of images that are recognized, mean over generators and classifiers, with Wilson's interval."""
    proportion, images = float(correct.mean()), correct.shape[-1]
    low, high = wilson_interval(round(proportion * images), images, confidence)
    return Recall(proportion=proportion, low=low, high=high)


def labels_needed(scores: Sequence[pd.DataFrame], arms: Collection[str]) -> int | None:
    """How many labels arms needed, of real images and manual, the most of several tables; None if no arm was run."""
    tables = [table[table["arm"].isin(arms)] for table in scores]
    needed = [int((table["n_labels_spent"] + table["n_manual_labels"]).max()) for table in tables if len(table)]
    return max(needed, default=None)
