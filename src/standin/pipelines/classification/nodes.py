"""Nodes of the classification stage: the rows of each arm, and the classifiers trained on them."""

import logging
from typing import Any

import numpy as np
import pandas as pd

from standin.core.instantiate import arguments_of
from standin.core.leakage import rows_seen, traces
from standin.data.subset import fill_of, like_missing
from standin.io.large_arrays import gather, join

log = logging.getLogger(__name__)

Arrays = dict[str, np.ndarray]
KerasModel = Any  # keras.Model: Keras is imported when a node runs, not when pipelines are listed
Checkpoint = Any  # standin.training.Checkpoint
Pool = tuple[np.ndarray, np.ndarray]
"""Images and labels."""
Trained = tuple[dict[str, KerasModel], pd.DataFrame, Arrays]


def train_on_real(
    real: Arrays,
    classifier: dict[str, Any],
    seeds: list[int],
    augmentation: dict[str, Any] | None = None,
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Arms R and R_budget, and with augmentation R+aug: real rows with their own labels. Returns as `_train`."""
    n_classes = len(real["class_names"])
    return _train([_pool(real)], _ledger(real=real), n_classes, classifier, seeds, checkpoint, augmentation)


def train_on_repeated(
    real: Arrays, classifier: dict[str, Any], seeds: list[int], checkpoint: Checkpoint | None = None
) -> Trained:
    """Arm R+repeat: all real rows, and in place of those that are missing others of their class once more: what filling
    a hole is worth without a generative model. Returns as `_train`."""
    again = like_missing(real)
    pool = _together(_pool(real), (gather(real["images"], again), real["labels"][again]))
    return _train([pool], _ledger(real=real), len(real["class_names"]), classifier, seeds, checkpoint)


def train_on_own_labels(
    train: Arrays,
    labelled: Arrays,
    labeller: KerasModel,
    labeller_rows: Arrays,
    classifier: dict[str, Any],
    seeds: list[int],
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Arm self_training: the real rows outside the budget, with the labels that the labeller gives them. What
    pseudo-labels are worth without a generative model. Returns as `_train`."""
    from standin.training.supervised import predict

    outside = ~np.isin(train["row_ids"], labelled["row_ids"])
    rows = {name: train[name][outside] for name in ("images", "row_ids")}
    called = predict(labeller, rows["images"]).argmax(axis=1)
    ledger = _ledger() | rows_seen("classifier", rows) | traces(labeller_rows)
    ledger |= {
        "real_row_ids": rows["row_ids"],
        "label_row_ids": labeller_rows["seen_by_labeller"],
        "label_source": np.array("labeller"),
    }
    return _train([(rows["images"], called)], ledger, len(train["class_names"]), classifier, seeds, checkpoint)


def train_on_synthetic(
    synthetic: Arrays,
    classifier: dict[str, Any],
    seeds: list[int],
    amount: int | None = None,
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Arm S: `amount` generated rows (None: as many as there are real train rows; all, if fewer) with the labels they
    were given. Returns as `_train`."""
    n = _at_most("S", amount or int(synthetic["n_train"]), synthetic)
    ledger = _ledger(synthetic=synthetic, n_synthetic=n)
    return _train([_first(synthetic, n)], ledger, len(synthetic["class_names"]), classifier, seeds, checkpoint)


def train_on_both(
    real: Arrays,
    synthetic: Arrays,
    classifier: dict[str, Any],
    seeds: list[int],
    amount: float = 1.0,
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Arm R+S: all real rows and `amount` times as many generated ones (all there are, if fewer). Returns as
    `_train`."""
    n = _at_most("R+S", round(amount * len(real["labels"])), synthetic)
    pool = _together(_pool(real), _first(synthetic, n))
    return _train([pool], _ledger(real, synthetic, n), len(real["class_names"]), classifier, seeds, checkpoint)


def train_on_filled(
    real: Arrays,
    synthetic: Arrays,
    classifier: dict[str, Any],
    seeds: list[int],
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Arm R+fill: all real rows, and for those that are missing generated ones of their class: those that were asked
    for, or as many as the labeller called so. Returns as `_train`."""
    fill = fill_of(synthetic, real["missing"])
    pool = _together(_pool(real), _pool(fill))
    ledger = _ledger(real, fill, len(fill["labels"]))
    return _train([pool], ledger, len(real["class_names"]), classifier, seeds, checkpoint)


def train_on_synthetic_then_real(
    real: Arrays,
    synthetic: Arrays,
    classifier: dict[str, Any],
    seeds: list[int],
    amount: int | None = None,
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Arm S->R: half the steps on the generated rows of arm S, then half on the real ones. Returns as `_train`."""
    n = _at_most("S->R", amount or int(synthetic["n_train"]), synthetic)
    ledger = _ledger(real, synthetic, n)
    return _train([_first(synthetic, n), _pool(real)], ledger, len(real["class_names"]), classifier, seeds, checkpoint)


def train_for_epochs(
    train: Arrays,
    synthetic: Arrays,
    classifier: dict[str, Any],
    epoch_table: dict[str, Any],
    seeds: list[int],
    checkpoint: Checkpoint | None = None,
) -> tuple[dict[str, KerasModel], Arrays]:
    """The first study's table: classifiers on few rows, generated or real, as they are after each number of epochs.

    Args:
        epoch_table: `rows` of each kind, `epochs` (several), `batch_size`, `learning_rate` (constant).
        seeds: of classifiers; the first is used.

    Returns:
        `generated_<epochs>` and `real_<epochs>` -> classifier; and one ledger for all.
    """
    from standin.data.split import draw_rows
    from standin.training.supervised import train_by_epochs

    n = min(epoch_table["rows"], len(train["labels"]), len(synthetic["labels"]))
    real = draw_rows(train, n, seeds[0])
    pools = {"generated": _first(synthetic, n), "real": _pool(real)}
    target, arguments = arguments_of(classifier["model"])
    settings = {name: epoch_table[name] for name in ("epochs", "batch_size", "learning_rate")}
    settings |= {"seed": seeds[0], "arguments": arguments}
    classes = len(train["class_names"])
    models: dict[str, KerasModel] = {}
    for kind, pool in pools.items():
        own = checkpoint.part(kind) if checkpoint else None
        by_epochs = train_by_epochs(target, pool, classes, checkpoint=own, **settings)
        models |= {f"{kind}_{epochs}": model for epochs, model in by_epochs.items()}
    return models, _ledger(real, synthetic, n)


def _at_most(arm: str, wanted: int, synthetic: Arrays) -> int:
    """So many generated rows, or all that there are."""
    there_are = len(synthetic["labels"])
    if there_are < wanted:
        log.warning("%s has %d generated rows, not %d: there are no more (n_synthetic).", arm, there_are, wanted)
    return min(wanted, there_are)


def _pool(rows: Arrays) -> Pool:
    return rows["images"], rows["labels"]


def _first(rows: Arrays, n: int) -> Pool:
    return rows["images"][:n], rows["labels"][:n]


def _together(*pools: Pool) -> Pool:
    images, labels = zip(*pools, strict=True)
    return join(images), join(labels)


def _ledger(real: Arrays | None = None, synthetic: Arrays | None = None, n_synthetic: int = 0) -> Arrays:
    """What an arm's classifier and all before it have seen.

    Returns:
        `real_row_ids` (the real rows it is trained on), `label_row_ids` (the real rows whose labels were read),
        `n_synthetic`, of generated rows `label_source` and `n_hand_labels`, and which rows each stage has seen.
    """
    nothing = np.array([], np.int64)
    own = nothing if real is None else real["row_ids"]
    ledger = {
        "real_row_ids": own,
        "label_row_ids": own,
        "n_synthetic": np.array(n_synthetic),
        "label_source": np.array(""),
        "n_hand_labels": np.array(0),
    }
    if real is not None:
        ledger |= rows_seen("classifier", real)
    if synthetic is None:
        return ledger
    by_hand = synthetic["by_hand"][:n_synthetic]
    # Where a person labelled every row that is used, no real row's label was read for them.
    source, read = (
        ("hand", nothing) if len(by_hand) and by_hand.all() else (synthetic["label_source"], synthetic["label_row_ids"])
    )
    return ledger | {
        **traces(synthetic),
        "label_row_ids": np.union1d(own, read),
        "label_source": np.array(source),
        "n_hand_labels": by_hand.sum(),
    }


def _train(
    pools: list[Any],
    ledger: Arrays,
    n_classes: int,
    classifier: dict[str, Any],
    seeds: list[int],
    checkpoint: Checkpoint | None,
    augmentation: dict[str, Any] | None = None,
) -> Trained:
    """One classifier for each seed, each with its part of the arm's checkpoint.

    Returns:
        `seed_<s>` -> classifier; their curves (`classifier_seed`, `step`, `loss`, `accuracy`); and the arm's ledger
        with the number of optimiser steps.
    """
    from standin.training.supervised import train_classifier

    settings = dict(classifier)
    target, arguments = arguments_of(settings.pop("model"))
    settings |= {"arguments": arguments, "augmentation": augmentation}
    models, curves = {}, []
    for seed in seeds:
        own = checkpoint.part(f"seed_{seed}") if checkpoint else None
        trained = train_classifier(target, pools, n_classes, seed=seed, checkpoint=own, **settings)
        models[f"seed_{seed}"] = trained.model
        curves.append(pd.DataFrame({"classifier_seed": seed} | trained.curve))
    ledger |= {"optimizer_steps": np.array(curves[-1]["step"].iloc[-1])}
    return models, pd.concat(curves, ignore_index=True), ledger
