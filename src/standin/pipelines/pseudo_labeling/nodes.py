"""Nodes of the labelling stage."""

import logging
from typing import Any

import numpy as np
import pandas as pd

from standin.core.errors import InputError
from standin.core.leakage import rows_seen, traces
from standin.data.manual_labels import sample_ids
from standin.data.split import by_group
from standin.experiments.arms import rows_wanted
from standin.io.large_arrays import gather

log = logging.getLogger(__name__)

Arrays = dict[str, np.ndarray]
KerasModel = Any  # keras.Model: Keras is imported when a node runs, not when pipelines are listed
Checkpoint = Any  # standin.training.Checkpoint
VALIDATION_SHARE = 0.1


def train_labeller(
    labelled: Arrays,
    labeller: dict[str, Any],
    augmentation: dict[str, Any],
    seed: int,
    checkpoint: Checkpoint | None = None,
) -> tuple[KerasModel, dict[str, Any], Arrays]:
    """Trains the labeller on about nine tenths of the labelled rows and says how often it is right on the rest: whole
    groups (patients, cameras), where there are enough.

    Returns:
        The labeller, its report (rows, validation accuracy), and which rows it has seen, with both parts.
    """
    from standin.core.instantiate import arguments_of
    from standin.training.supervised import predict, train_classifier

    classes = len(labelled["class_names"])
    fit, check = _held_back(labelled, classes, seed)
    settings = dict(labeller)
    target, arguments = arguments_of(settings.pop("model"))
    pool = gather(labelled["images"], fit), labelled["labels"][fit]
    settings |= {"arguments": arguments, "augmentation": augmentation, "checkpoint": checkpoint}
    trained = train_classifier(target, [pool], classes, seed=seed, **settings)
    called = predict(trained.model, labelled["images"][check]).argmax(axis=1)
    report = {
        "rows_trained_on": len(fit),
        "rows_validated_on": len(check),
        "validation_accuracy": float((called == labelled["labels"][check]).mean()),
    }
    return trained.model, report, rows_seen("labeller", labelled)


def _held_back(labelled: Arrays, classes: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the rows to learn from and of those to check by."""
    from sklearn.model_selection import train_test_split

    labels = labelled["labels"]
    if "groups" in labelled:
        parts = min(round(1 / VALIDATION_SHARE), len(np.unique(labelled["groups"])), np.bincount(labels).max())
        if parts > 1:
            fit, check = by_group(labelled, parts, seed)
            if len(np.unique(labels[fit])) == len(np.unique(labels)):
                return fit, check
        log.warning("The labelled rows have too few groups: the labeller is checked by rows of groups that it knows.")
    rows = np.arange(len(labels))
    alone = np.bincount(labels)[labels] < 2  # its class's only row: to learn from
    held_out = max(classes, round(VALIDATION_SHARE * len(rows)))
    fit, check = train_test_split(rows[~alone], test_size=held_out, random_state=seed, stratify=labels[~alone])
    return np.concatenate([fit, rows[alone]]), check


def label_synthetic(
    synthetic: Arrays,
    labeller: KerasModel,
    labeller_rows: Arrays,
    train: Arrays,
    hand_labels: pd.DataFrame,
    labelling: dict[str, Any],
    n_synthetic: list[int | None],
    synthetic_ratio: list[float],
) -> tuple[Arrays, dict[str, Any]]:
    """Gives every sample its label: the one it was asked for, a person's, or the labeller's.

    Of the labeller's, those below `confidence_threshold` are left out, then at most an equal share of each class is
    kept if `balance_classes`, class after class in turn, so that the first rows are balanced too; of the rest the first
    stay, `standin.experiments.arms.rows_wanted`. Where a person
    labelled a sample, that label stands; once they labelled as many as are wanted, the labeller is not asked.

    Returns:
        `images`, `labels`, `confidence`, `label_row_ids` (the real rows whose labels this cost), `label_source`,
        `by_hand` (which rows a person labelled), `class_names`, `n_train` (how many train rows there are), what the
        model and, where it was asked, the labeller have seen, and what is to fill a hole; and a report.

    Raises:
        InputError: if no row is left.
    """
    classes = len(train["class_names"])
    by_hand = np.zeros(len(synthetic["images"]), bool)
    seen: Arrays = {}  # by the labeller, where it was asked
    if "labels" in synthetic:
        labels, confidence = synthetic["labels"], np.ones(len(synthetic["labels"]), np.float32)
        keep, label_row_ids, source = np.arange(len(labels)), train["row_ids"], "asked for"
    else:
        from standin.training.supervised import predict

        probabilities = predict(labeller, synthetic["images"])
        labels, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
        by_hand = _take_hand_labels(hand_labels, synthetic["images"], train["class_names"].tolist(), labels)
        confidence[by_hand] = 1.0
        wanted = rows_wanted(n_synthetic, synthetic_ratio, len(train["labels"]))
        keep = np.flatnonzero(by_hand)[:wanted]
        source, label_row_ids = "hand", np.array([], np.int64)
        if len(keep) < wanted:
            keep = _kept(labels, confidence, labelling, wanted, classes)
            source, seen = "hand and labeller" if by_hand.any() else "labeller", labeller_rows
            label_row_ids = labeller_rows["seen_by_labeller"]
    if not len(keep):
        raise InputError(
            f"labelling must keep at least one generated row, but none of {len(labels)} reaches "
            f"confidence_threshold={labelling['confidence_threshold']}"
        )
    missing = classes - len(np.unique(labels[keep]))
    if missing:
        log.warning(
            "%d of %d classes have no generated row: the generative model does not make them.", missing, classes
        )
    report = {
        "label_source": source,
        "conditions": train["condition_names"].tolist() if "conditions" in synthetic else [],
        "labels_spent": len(label_row_ids),
        "hand_labels": int(by_hand[keep].sum()),
        "hand_labels_given": len(hand_labels),
        "rows_labelled": len(labels),
        "rows_kept": len(keep),
        "confidence_threshold": labelling["confidence_threshold"],
        "share_below_threshold": float((confidence < labelling["confidence_threshold"]).mean()),
        "mean_confidence": float(confidence.mean()),
        "class_histogram": np.bincount(labels, minlength=classes).tolist(),
        "class_histogram_kept": np.bincount(labels[keep], minlength=classes).tolist(),
    }
    rows = {
        "images": gather(synthetic["images"], keep),
        "labels": labels[keep],
        "confidence": confidence[keep],
        "label_row_ids": label_row_ids,
        "label_source": np.array(source),
        "by_hand": by_hand[keep],
        "class_names": train["class_names"],
        "n_train": np.array(len(train["labels"])),
    }
    rows |= traces(synthetic) | seen | {name: array for name, array in synthetic.items() if name.startswith("fill_")}
    return rows | {name: synthetic[name][keep] for name in ("conditions",) if name in synthetic}, report


def _take_hand_labels(
    hand_labels: pd.DataFrame, images: np.ndarray, class_names: list[str], labels: np.ndarray
) -> np.ndarray:
    """Writes a person's labels into `labels`; returns which rows have one."""
    by_hand = np.zeros(len(labels), bool)
    if hand_labels.empty:
        return by_hand
    given = dict(zip(hand_labels["sample_id"], hand_labels["label"].astype(str), strict=True))
    for row, identity in enumerate(sample_ids(images)):
        if identity in given:
            if given[identity] not in class_names:
                raise InputError(
                    f"hand labels must be of the classes {', '.join(class_names)}, got {given[identity]!r} for image "
                    f"{identity!r}: were the classes renamed? Import labels again"
                )
            labels[row] = class_names.index(given[identity])
            by_hand[row] = True
    if by_hand.sum() < len(given):
        log.warning(
            "%d of %d hand labels belong to images that were generated before; export and label the new ones.",
            len(given) - by_hand.sum(),
            len(given),
        )
    return by_hand


def _kept(labels: np.ndarray, confidence: np.ndarray, labelling: dict[str, Any], n: int, classes: int) -> np.ndarray:
    """Indices of the rows that stay, in their order, or, balanced, the first of each class, then the second."""
    keep = np.flatnonzero(confidence >= labelling["confidence_threshold"])
    if labelling["balance_classes"]:
        own = [keep[labels[keep] == c][: -(-n // classes)] for c in range(classes)]
        place = np.concatenate([np.arange(len(rows)) for rows in own])
        keep = np.concatenate(own)[np.argsort(place, kind="stable")]
    return keep[:n]
