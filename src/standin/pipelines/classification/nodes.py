"""Nodes of the classification stage: the rows of each arm, and the classifiers trained on them."""

from typing import Any

import numpy as np
import pandas as pd

from standin.parameters import arguments_of

Arrays = dict[str, np.ndarray]
KerasModel = Any  # keras.Model: Keras is imported when a node runs, not when pipelines are listed
Trained = tuple[dict[str, KerasModel], pd.DataFrame, Arrays]


def train_on_real(real: Arrays, classifier: dict[str, Any], seeds: list[int]) -> Trained:
    """Arms R and R_budget: real rows with their own labels. Returns as `_train`."""
    ledger = {"real_row_ids": real["row_ids"], "seen_row_ids": real["row_ids"], "label_row_ids": real["row_ids"]}
    return _train(real["images"], real["labels"], len(real["class_names"]), classifier, seeds, ledger, n_synthetic=0)


def train_on_synthetic(synthetic: Arrays, classifier: dict[str, Any], seeds: list[int]) -> Trained:
    """Arm S: generated rows with the labels they were given. Returns as `_train`."""
    ledger = {
        "real_row_ids": np.array([], np.int64),
        "seen_row_ids": synthetic["seen_row_ids"],
        "label_row_ids": synthetic["label_row_ids"],
    }
    n = len(synthetic["labels"])
    return _train(synthetic["images"], synthetic["labels"], len(synthetic["class_names"]), classifier, seeds, ledger, n)


def train_on_both(
    real: Arrays, synthetic: Arrays, classifier: dict[str, Any], seeds: list[int], synthetic_ratio: float
) -> Trained:
    """Arm R+S: all real rows and `synthetic_ratio` times as many generated ones (all there are, if fewer). Returns as
    `_train`."""
    n = min(round(synthetic_ratio * len(real["labels"])), len(synthetic["labels"]))
    ledger = {
        "real_row_ids": real["row_ids"],
        "seen_row_ids": np.union1d(real["row_ids"], synthetic["seen_row_ids"]),
        "label_row_ids": np.union1d(real["row_ids"], synthetic["label_row_ids"]),
    }
    images = np.concatenate([real["images"], synthetic["images"][:n]])
    labels = np.concatenate([real["labels"], synthetic["labels"][:n]])
    return _train(images, labels, len(real["class_names"]), classifier, seeds, ledger, n)


def _train(
    images: np.ndarray,
    labels: np.ndarray,
    n_classes: int,
    classifier: dict[str, Any],
    seeds: list[int],
    ledger: Arrays,
    n_synthetic: int,
) -> Trained:
    """One classifier for each seed.

    Returns:
        `seed_<s>` -> classifier; their curves (`classifier_seed`, `step`, `loss`, `accuracy`); and the arm's ledger:
        the real rows in the pool, all real rows seen upstream, the real rows whose labels were read, the number of
        generated rows, and the optimiser steps.
    """
    from standin.models.classifier import train_classifier

    settings = dict(classifier)
    target, arguments = arguments_of(settings.pop("model"))
    models, curves = {}, []
    for seed in seeds:
        trained = train_classifier(target, images, labels, n_classes, seed=seed, arguments=arguments, **settings)
        models[f"seed_{seed}"] = trained.model
        curves.append(pd.DataFrame({"classifier_seed": seed} | trained.curve))
    ledger |= {"n_synthetic": np.array(n_synthetic), "optimizer_steps": np.array(curves[-1]["step"].iloc[-1])}
    return models, pd.concat(curves, ignore_index=True), ledger
