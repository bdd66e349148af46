"""What the verdict compares, from stored predictions and scores: which test images each classifier gets right."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from standin.metrics.proportion import wilson_interval
from standin.verdict.facts import Recall

Correct = dict[str, np.ndarray]
"""Arm -> whether each prediction is correct, bool: (classifiers, images) of arms without generated images,
(generators, classifiers, images) of a generative model's."""


def correct_by_arm(predictions: pd.DataFrame, test: dict[str, np.ndarray]) -> Correct:
    """Whether each prediction is correct, (classifiers, images) by arm, classifiers in the order of their seeds.

    Raises:
        ValueError: if a classifier predicted other images than `test`.
    """
    by_arm: dict[str, list[np.ndarray]] = {}
    for (arm, seed), table in predictions.groupby(["arm", "classifier_seed"], sort=False):
        if not np.array_equal(table["image_id"], test["image_ids"]):
            raise ValueError(
                f"predictions of arm {arm}, classifier seed {seed}, must be of the test images, got other images"
            )
        by_arm.setdefault(str(arm), []).append((table["label"] == table["predicted"]).to_numpy())
    return {arm: np.stack(classifiers) for arm, classifiers in by_arm.items()}


def select_images(correct: Correct, images: np.ndarray) -> Correct:
    """The test images that `images`, (n,) bool, selects."""
    return {arm: values[..., images] for arm, values in correct.items()}


def recall_of(correct: np.ndarray, confidence: float) -> Recall:
    """Proportion of recognized images, mean over generators and classifiers, with Wilson's interval."""
    proportion, images = float(correct.mean()), correct.shape[-1]
    low, high = wilson_interval(round(proportion * images), images, confidence)
    return Recall(proportion=proportion, low=low, high=high)


def labels_needed(scores: Sequence[pd.DataFrame], arms: Collection[str]) -> int | None:
    """The largest number of labels, including manual ones, that any of these arms needed; None if none was run, or if
    the number is unknown."""
    table = pd.concat([table.loc[table["arm"].isin(arms), ["n_labels_spent", "n_manual_labels"]] for table in scores])
    unknown = table.empty or table["n_labels_spent"].isna().any()
    return None if unknown else int(table.sum(axis=1).max())
