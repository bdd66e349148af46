"""Nodes of the pseudo-labeling stage."""

import logging
from typing import Any

import numpy as np
import pandas as pd

from standin.core.errors import InputError
from standin.core.leakage import mark_seen, seen_arrays
from standin.core.types import Arrays, Checkpoint, KerasModel
from standin.data.manual_labels import sample_ids
from standin.data.split import by_group
from standin.experiments.amounts import n_images_needed
from standin.io.large_arrays import gather

log = logging.getLogger(__name__)

VALIDATION_FRACTION = 0.1


def train_pseudo_labeler(
    labeled: Arrays, pseudo_labeler: dict[str, Any], seed: int, checkpoint: Checkpoint | None = None
) -> tuple[KerasModel, dict[str, Any], Arrays]:
    """Trains the pseudo-labeler on about 90% of the labeled images and validates it on the others: whole groups
    (patients, cameras), if there are enough.

    Returns:
        The pseudo-labeler, its report (numbers of images, validation accuracy), and which images it has seen,
        including those for validation, with its `optimizer_steps`.
    """
    from standin.training.inference import predict
    from standin.training.supervised import fit

    n_classes = len(labeled["class_names"])
    training, validation = _held_back(labeled, n_classes, seed)
    pool = gather(labeled["images"], training), labeled["labels"][training]
    model, curve = fit(pseudo_labeler, [pool], n_classes, seed=seed, checkpoint=checkpoint)
    predicted = predict(model, labeled["images"][validation]).argmax(axis=1)
    report = {
        "images_trained_on": len(training),
        "images_validated_on": len(validation),
        "validation_accuracy": float((predicted == labeled["labels"][validation]).mean()),
    }
    return model, report, mark_seen("pseudo_labeler", labeled) | {"optimizer_steps": np.array(curve["step"][-1])}


def as_arm(pseudo_labeler: KerasModel, pseudo_labeler_seen: Arrays, seed: int) -> tuple[dict[str, KerasModel], Arrays]:
    """The pseudo-labeler in the form of an arm's classifiers, with provenance: it is scored like any other."""
    ids = pseudo_labeler_seen["seen_by_pseudo_labeler"]
    seen = {name.replace("pseudo_labeler", "classifier"): array for name, array in pseudo_labeler_seen.items()}
    provenance = {
        "real_image_ids": ids,
        "label_image_ids": ids,
        "n_synthetic": np.array(0),
        "label_source": np.array(""),
        "n_manual_labels": np.array(0),
    }
    return {f"seed_{seed}": pseudo_labeler}, provenance | seen


def _held_back(labeled: Arrays, classes: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the images for training and for validation."""
    from sklearn.model_selection import train_test_split

    labels = labeled["labels"]
    if "groups" in labeled:
        parts = min(round(1 / VALIDATION_FRACTION), len(np.unique(labeled["groups"])), np.bincount(labels).max())
        if parts > 1:
            training, validation = by_group(labeled, parts, seed)
            if len(np.unique(labels[training])) == len(np.unique(labels)):
                return training, validation
        log.warning(
            "Too few groups of labeled images: the pseudo-labeler is validated on images of groups it has seen."
        )
    indices = np.arange(len(labels))
    alone = np.bincount(labels)[labels] < 2  # the only image of a class is for training
    n = max(classes, round(VALIDATION_FRACTION * len(indices)))
    training, validation = train_test_split(indices[~alone], test_size=n, random_state=seed, stratify=labels[~alone])
    return np.concatenate([training, indices[alone]]), validation


def label_synthetic(
    synthetic: Arrays,
    pseudo_labeler: KerasModel,
    pseudo_labeler_seen: Arrays,
    train: Arrays,
    manual_labels: pd.DataFrame,
    pseudo_labeling: dict[str, Any],
    n_synthetic: list[int | None],
    synthetic_ratio: Any,
) -> tuple[Arrays, dict[str, Any]]:
    """Labels every sample: with the label that the model was conditioned on, manually, or by the pseudo-labeler.

    Samples with pseudo-labels less confident than `confidence_threshold` are left out. With `balance_classes`, at most
    an equal number of each class is kept, in alternating order, so that the first images are balanced too. The first
    `standin.experiments.amounts.n_images_needed` images are kept. Manual labels replace pseudo-labels; if they suffice,
    the pseudo-labeler is not used. Of images from elsewhere all are kept, and their own labels if they have any.

    Returns:
        `images`, `labels`, `confidence`, `label_image_ids` (real images whose labels were needed), `label_source`,
        `is_manual`, `class_names`, `n_train` (number of training images; of images from elsewhere, their own number),
        `made_from` and `labels_spent` of images from elsewhere, which images the model and, if it was used,
        the pseudo-labeler have seen, and images in place of withheld ones; and a report.

    Raises:
        InputError: no image is left.
    """
    classes, given = len(train["class_names"]), "made_from" in synthetic
    is_manual = np.zeros(len(synthetic["images"]), bool)
    seen: Arrays = {}  # by the pseudo-labeler, if used
    if "labels" in synthetic:
        labels, confidence = synthetic["labels"], np.ones(len(synthetic["labels"]), np.float32)
        keep, label_image_ids, source = np.arange(len(labels)), train["image_ids"], "condition"
        if given:
            label_image_ids, source = np.array([], np.int64), "given"
    else:
        from standin.training.inference import predict

        probabilities = predict(pseudo_labeler, synthetic["images"])
        labels, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
        is_manual = _apply_manual_labels(manual_labels, synthetic["images"], train["class_names"].tolist(), labels)
        confidence[is_manual] = 1.0
        wanted = len(labels) if given else n_images_needed(n_synthetic, synthetic_ratio, len(train["labels"]))
        keep = np.flatnonzero(is_manual)[:wanted]
        source, label_image_ids = "manual", np.array([], np.int64)
        if len(keep) < wanted:
            keep = _kept(labels, confidence, pseudo_labeling, wanted, classes)
            source, seen = (
                "manual and pseudo-labeler" if is_manual.any() else "pseudo-labeler",
                seen_arrays(pseudo_labeler_seen),
            )
            label_image_ids = pseudo_labeler_seen["seen_by_pseudo_labeler"]
    if not len(keep):
        raise InputError(
            f"pseudo_labeling.confidence_threshold must keep at least one of {len(labels)} generated images, got "
            f"{pseudo_labeling['confidence_threshold']}"
        )
    missing = classes - len(np.unique(labels[keep]))
    if missing:
        log.warning("No generated image is labeled as one of %d of %d classes (mode dropping).", missing, classes)
    report = {
        "label_source": source,
        "conditions": train["condition_names"].tolist() if "conditions" in synthetic else [],
        "labels_spent": len(label_image_ids),
        "made_from": str(synthetic.get("made_from", "train")) if given else None,
        "notes": synthetic["notes"].tolist() if given else [],
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
    labeled = {
        "images": gather(synthetic["images"], keep),
        "labels": labels[keep],
        "confidence": confidence[keep],
        "label_image_ids": label_image_ids,
        "label_source": np.array(source),
        "is_manual": is_manual[keep],
        "class_names": train["class_names"],
        # Arms with as many generated images as real ones use all images from elsewhere.
        "n_train": np.array(len(keep) if given else len(train["labels"])),
        "made_from": synthetic.get("made_from", np.array("train")),
    }
    if given:  # -1: unknown
        spent = int(synthetic["labels_spent"])
        labeled["labels_spent"] = np.array(spent if spent < 0 else spent + len(label_image_ids))
    labeled |= {name: array for name, array in synthetic.items() if name.startswith("imputed_")}
    if "conditions" in synthetic:
        labeled["conditions"] = synthetic["conditions"][keep]
    return labeled | seen_arrays(synthetic) | seen, report


def _apply_manual_labels(
    manual_labels: pd.DataFrame, images: np.ndarray, class_names: list[str], labels: np.ndarray
) -> np.ndarray:
    """Writes manual labels into `labels`; returns which images have one."""
    if manual_labels.empty:
        return np.zeros(len(labels), bool)
    given = dict(zip(manual_labels["sample_id"], manual_labels["label"].astype(str), strict=True))
    ids = sample_ids(images)
    is_manual = np.array([identity in given for identity in ids])
    for i in np.flatnonzero(is_manual):
        label = given[ids[i]]
        if label not in class_names:
            raise InputError(
                f"manual labels must be among {', '.join(class_names)}, got {label!r} for image {ids[i]!r}; were the "
                f"classes renamed? Import the labels again"
            )
        labels[i] = class_names.index(label)
    if outdated := len(given) - int(is_manual.sum()):
        message = "%d of %d manual labels belong to images of an earlier training; export and label the new ones."
        log.warning(message, outdated, len(given))
    return is_manual


def _kept(
    labels: np.ndarray, confidence: np.ndarray, pseudo_labeling: dict[str, Any], n: int, classes: int
) -> np.ndarray:
    """Indices of the images to keep: in ascending order, or balanced: the first of each class, then the second, ..."""
    keep = np.flatnonzero(confidence >= pseudo_labeling["confidence_threshold"])
    if pseudo_labeling["balance_classes"]:
        by_class = [keep[labels[keep] == c][: -(-n // classes)] for c in range(classes)]
        place = np.concatenate([np.arange(len(indices)) for indices in by_class])
        keep = np.concatenate(by_class)[np.argsort(place, kind="stable")]
    return keep[:n]
