"""Nodes of the labeling stage."""

import logging
from typing import Any

import numpy as np
import pandas as pd

from standin.core.errors import InputError
from standin.core.leakage import mark_seen, seen_arrays
from standin.data.manual_labels import sample_ids
from standin.data.split import by_group
from standin.experiments.amounts import n_images_needed
from standin.io.large_arrays import gather

log = logging.getLogger(__name__)

Arrays = dict[str, np.ndarray]
KerasModel = Any  # keras.Model: Keras is imported when a node runs, not when pipelines are listed
Checkpoint = Any  # standin.training.Checkpoint
VALIDATION_SHARE = 0.1


def train_pseudo_labeler(
    labeled: Arrays,
    pseudo_labeler: dict[str, Any],
    seed: int,
    checkpoint: Checkpoint | None = None,
) -> tuple[KerasModel, dict[str, Any], Arrays]:
    """Trains the pseudo-labeler on about nine tenths of the labeled images and validates it on the rest: whole groups
    (patients, cameras), where there are enough.

    Returns:
        The pseudo-labeler, its report (numbers of images, validation accuracy), and which images it has seen, with
        both parts.
    """
    from standin.training.inference import predict
    from standin.training.supervised import fit

    n_classes = len(labeled["class_names"])
    training, validation = _held_back(labeled, n_classes, seed)
    pool = gather(labeled["images"], training), labeled["labels"][training]
    model = fit(pseudo_labeler, [pool], n_classes, seed=seed, checkpoint=checkpoint).model
    predicted = predict(model, labeled["images"][validation]).argmax(axis=1)
    report = {
        "images_trained_on": len(training),
        "images_validated_on": len(validation),
        "validation_accuracy": float((predicted == labeled["labels"][validation]).mean()),
    }
    return model, report, mark_seen("pseudo_labeler", labeled)


def _held_back(labeled: Arrays, classes: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the rows to learn from and of those to check by."""
    from sklearn.model_selection import train_test_split

    labels = labeled["labels"]
    if "groups" in labeled:
        parts = min(round(1 / VALIDATION_SHARE), len(np.unique(labeled["groups"])), np.bincount(labels).max())
        if parts > 1:
            fit, check = by_group(labeled, parts, seed)
            if len(np.unique(labels[fit])) == len(np.unique(labels)):
                return fit, check
        log.warning(
            "The labeled rows have too few groups: the pseudo-labeler is checked by rows of groups that it knows."
        )
    rows = np.arange(len(labels))
    alone = np.bincount(labels)[labels] < 2  # its class's only row: to learn from
    held_out = max(classes, round(VALIDATION_SHARE * len(rows)))
    fit, check = train_test_split(rows[~alone], test_size=held_out, random_state=seed, stratify=labels[~alone])
    return np.concatenate([fit, rows[alone]]), check


def label_synthetic(
    synthetic: Arrays,
    pseudo_labeler: KerasModel,
    pseudo_labeler_seen: Arrays,
    train: Arrays,
    manual_labels: pd.DataFrame,
    pseudo_labeling: dict[str, Any],
    n_synthetic: list[int | None],
    synthetic_ratio: list[float],
) -> tuple[Arrays, dict[str, Any]]:
    """Gives every sample its label: the one it was asked for, a person's, or the pseudo-labeler's.

    Of the pseudo-labeler's, those below `confidence_threshold` are left out, then at most an equal share of each class is
    kept if `balance_classes`, class after class in turn, so that the first rows are balanced too; of the rest the first
    stay, `standin.experiments.amounts.n_images_needed`. Where a person
    labeled a sample, that label stands; once they labeled as many as are wanted, the pseudo-labeler is not asked.

    Returns:
        `images`, `labels`, `confidence`, `label_image_ids` (the real rows whose labels this cost), `label_source`,
        `is_manual` (which rows a person labeled), `class_names`, `n_train` (how many train rows there are), what the
        model and, where it was asked, the pseudo-labeler have seen, and what is to fill a hole; and a report.

    Raises:
        InputError: if no row is left.
    """
    classes = len(train["class_names"])
    is_manual = np.zeros(len(synthetic["images"]), bool)
    seen: Arrays = {}  # by the pseudo-labeler, where it was asked
    if "labels" in synthetic:
        labels, confidence = synthetic["labels"], np.ones(len(synthetic["labels"]), np.float32)
        keep, label_image_ids, source = np.arange(len(labels)), train["image_ids"], "condition"
    else:
        from standin.training.inference import predict

        probabilities = predict(pseudo_labeler, synthetic["images"])
        labels, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
        is_manual = _apply_manual_labels(manual_labels, synthetic["images"], train["class_names"].tolist(), labels)
        confidence[is_manual] = 1.0
        wanted = n_images_needed(n_synthetic, synthetic_ratio, len(train["labels"]))
        keep = np.flatnonzero(is_manual)[:wanted]
        source, label_image_ids = "manual", np.array([], np.int64)
        if len(keep) < wanted:
            keep = _kept(labels, confidence, pseudo_labeling, wanted, classes)
            source, seen = "manual and pseudo-labeler" if is_manual.any() else "pseudo-labeler", pseudo_labeler_seen
            label_image_ids = pseudo_labeler_seen["seen_by_pseudo_labeler"]
    if not len(keep):
        raise InputError(
            f"labeling must keep at least one generated row, but none of {len(labels)} reaches "
            f"confidence_threshold={pseudo_labeling['confidence_threshold']}"
        )
    missing = classes - len(np.unique(labels[keep]))
    if missing:
        log.warning(
            "%d of %d classes have no generated row: the generative model does not make them.", missing, classes
        )
    report = {
        "label_source": source,
        "conditions": train["condition_names"].tolist() if "conditions" in synthetic else [],
        "labels_spent": len(label_image_ids),
        "manual_labels": int(is_manual[keep].sum()),
        "manual_labels_given": len(manual_labels),
        "images_labeled": len(labels),
        "images_kept": len(keep),
        "confidence_threshold": pseudo_labeling["confidence_threshold"],
        "proportion_below_threshold": float((confidence < pseudo_labeling["confidence_threshold"]).mean()),
        "mean_confidence": float(confidence.mean()),
        "class_histogram": np.bincount(labels, minlength=classes).tolist(),
        "class_histogram_kept": np.bincount(labels[keep], minlength=classes).tolist(),
    }
    rows = {
        "images": gather(synthetic["images"], keep),
        "labels": labels[keep],
        "confidence": confidence[keep],
        "label_image_ids": label_image_ids,
        "label_source": np.array(source),
        "is_manual": is_manual[keep],
        "class_names": train["class_names"],
        "n_train": np.array(len(train["labels"])),
    }
    rows |= (
        seen_arrays(synthetic)
        | seen
        | {name: array for name, array in synthetic.items() if name.startswith("imputed_")}
    )
    return rows | {name: synthetic[name][keep] for name in ("conditions",) if name in synthetic}, report


def _apply_manual_labels(
    manual_labels: pd.DataFrame, images: np.ndarray, class_names: list[str], labels: np.ndarray
) -> np.ndarray:
    """Writes a person's labels into `labels`; returns which rows have one."""
    is_manual = np.zeros(len(labels), bool)
    if manual_labels.empty:
        return is_manual
    given = dict(zip(manual_labels["sample_id"], manual_labels["label"].astype(str), strict=True))
    for row, identity in enumerate(sample_ids(images)):
        if identity in given:
            if given[identity] not in class_names:
                raise InputError(
                    f"hand labels must be of the classes {', '.join(class_names)}, got {given[identity]!r} for image "
                    f"{identity!r}: were the classes renamed? Import labels again"
                )
            labels[row] = class_names.index(given[identity])
            is_manual[row] = True
    if is_manual.sum() < len(given):
        log.warning(
            "%d of %d hand labels belong to images that were generated before; export and label the new ones.",
            len(given) - is_manual.sum(),
            len(given),
        )
    return is_manual


def _kept(
    labels: np.ndarray, confidence: np.ndarray, pseudo_labeling: dict[str, Any], n: int, classes: int
) -> np.ndarray:
    """Indices of the rows that stay, in their order, or, balanced, the first of each class, then the second."""
    keep = np.flatnonzero(confidence >= pseudo_labeling["confidence_threshold"])
    if pseudo_labeling["balance_classes"]:
        own = [keep[labels[keep] == c][: -(-n // classes)] for c in range(classes)]
        place = np.concatenate([np.arange(len(rows)) for rows in own])
        keep = np.concatenate(own)[np.argsort(place, kind="stable")]
    return keep[:n]
