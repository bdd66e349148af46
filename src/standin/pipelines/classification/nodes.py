"""Nodes of the classification stage: the rows of each arm, and the classifiers trained on them."""

import logging
from typing import Any

import numpy as np
import pandas as pd

from standin.core.instantiate import arguments_of
from standin.core.leakage import mark_seen, seen_arrays
from standin.data.subset import imputed_images, indices_like_withheld
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
    """Arms real and labeled_subset, and with augmentation real_augmented: real rows with their own labels. Returns as `_train`."""
    n_classes = len(real["class_names"])
    return _train([_pool(real)], _provenance(real=real), n_classes, classifier, seeds, checkpoint, augmentation)


def train_on_repeated(
    real: Arrays, classifier: dict[str, Any], seeds: list[int], checkpoint: Checkpoint | None = None
) -> Trained:
    """Arm oversampled: all real rows, and in place of those that are missing others of their class once more: what filling
    a hole is worth without a generative model. Returns as `_train`."""
    again = indices_like_withheld(real)
    pool = _together(_pool(real), (gather(real["images"], again), real["labels"][again]))
    return _train([pool], _provenance(real=real), len(real["class_names"]), classifier, seeds, checkpoint)


def train_on_own_labels(
    train: Arrays,
    labeled: Arrays,
    pseudo_labeler: KerasModel,
    pseudo_labeler_seen: Arrays,
    classifier: dict[str, Any],
    seeds: list[int],
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Arm self_training: the real rows outside the budget, with the labels that the pseudo-labeler gives them. What
    pseudo-labels are worth without a generative model. Returns as `_train`."""
    from standin.training.supervised import predict

    outside = ~np.isin(train["image_ids"], labeled["image_ids"])
    rows = {name: train[name][outside] for name in ("images", "image_ids")}
    called = predict(pseudo_labeler, rows["images"]).argmax(axis=1)
    provenance = _provenance() | mark_seen("classifier", rows) | seen_arrays(pseudo_labeler_seen)
    provenance |= {
        "real_image_ids": rows["image_ids"],
        "label_image_ids": pseudo_labeler_seen["seen_by_pseudo_labeler"],
        "label_source": np.array("pseudo-labeler"),
    }
    return _train([(rows["images"], called)], provenance, len(train["class_names"]), classifier, seeds, checkpoint)


def train_on_synthetic(
    synthetic: Arrays,
    classifier: dict[str, Any],
    seeds: list[int],
    amount: int | None = None,
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Arm synthetic: `amount` generated rows (None: as many as there are real train rows; all, if fewer) with the labels they
    were given. Returns as `_train`."""
    n = _at_most("synthetic", amount or int(synthetic["n_train"]), synthetic)
    provenance = _provenance(synthetic=synthetic, n_synthetic=n)
    return _train([_first(synthetic, n)], provenance, len(synthetic["class_names"]), classifier, seeds, checkpoint)


def train_on_both(
    real: Arrays,
    synthetic: Arrays,
    classifier: dict[str, Any],
    seeds: list[int],
    amount: float = 1.0,
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Arm mixed: all real rows and `amount` times as many generated ones (all there are, if fewer). Returns as
    `_train`."""
    n = _at_most("mixed", round(amount * len(real["labels"])), synthetic)
    pool = _together(_pool(real), _first(synthetic, n))
    return _train([pool], _provenance(real, synthetic, n), len(real["class_names"]), classifier, seeds, checkpoint)


def train_on_filled(
    real: Arrays,
    synthetic: Arrays,
    classifier: dict[str, Any],
    seeds: list[int],
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Arm imputed: all real rows, and for those that are missing generated ones of their class: those that were asked
    for, or as many as the pseudo-labeler called so. Returns as `_train`."""
    fill = imputed_images(synthetic, real["missing"])
    pool = _together(_pool(real), _pool(fill))
    provenance = _provenance(real, fill, len(fill["labels"]))
    return _train([pool], provenance, len(real["class_names"]), classifier, seeds, checkpoint)


def train_on_synthetic_then_real(
    real: Arrays,
    synthetic: Arrays,
    classifier: dict[str, Any],
    seeds: list[int],
    amount: int | None = None,
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Arm synthetic_then_real: half the steps on the generated rows of arm synthetic, then half on the real ones. Returns as `_train`."""
    n = _at_most("synthetic_then_real", amount or int(synthetic["n_train"]), synthetic)
    provenance = _provenance(real, synthetic, n)
    return _train(
        [_first(synthetic, n), _pool(real)], provenance, len(real["class_names"]), classifier, seeds, checkpoint
    )


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
        `generated_<epochs>` and `real_<epochs>` -> classifier; and one provenance for all.
    """
    from standin.data.split import draw_images
    from standin.training.supervised import train_by_epochs

    n = min(epoch_table["n_images"], len(train["labels"]), len(synthetic["labels"]))
    real = draw_images(train, n, seeds[0])
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
    return models, _provenance(real, synthetic, n)


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


def _provenance(real: Arrays | None = None, synthetic: Arrays | None = None, n_synthetic: int = 0) -> Arrays:
    """What an arm's classifier and all before it have seen.

    Returns:
        `real_image_ids` (the real rows it is trained on), `label_image_ids` (the real rows whose labels were read),
        `n_synthetic`, of generated rows `label_source` and `n_manual_labels`, and which rows each stage has seen.
    """
    nothing = np.array([], np.int64)
    own = nothing if real is None else real["image_ids"]
    provenance = {
        "real_image_ids": own,
        "label_image_ids": own,
        "n_synthetic": np.array(n_synthetic),
        "label_source": np.array(""),
        "n_manual_labels": np.array(0),
    }
    if real is not None:
        provenance |= mark_seen("classifier", real)
    if synthetic is None:
        return provenance
    is_manual = synthetic["is_manual"][:n_synthetic]
    # Where a person labeled every row that is used, no real row's label was read for them.
    source, read = (
        ("manual", nothing)
        if len(is_manual) and is_manual.all()
        else (synthetic["label_source"], synthetic["label_image_ids"])
    )
    return provenance | {
        **seen_arrays(synthetic),
        "label_image_ids": np.union1d(own, read),
        "label_source": np.array(source),
        "n_manual_labels": is_manual.sum(),
    }


def _train(
    pools: list[Any],
    provenance: Arrays,
    n_classes: int,
    classifier: dict[str, Any],
    seeds: list[int],
    checkpoint: Checkpoint | None,
    augmentation: dict[str, Any] | None = None,
) -> Trained:
    """One classifier for each seed, each with its part of the arm's checkpoint.

    Returns:
        `seed_<s>` -> classifier; their curves (`classifier_seed`, `step`, `loss`, `accuracy`); and the arm's provenance
        with the number of optimizer steps.
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
    provenance |= {"optimizer_steps": np.array(curves[-1]["step"].iloc[-1])}
    return models, pd.concat(curves, ignore_index=True), provenance
