"""Nodes that score classifiers on test images."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from standin.core.leakage import assert_unseen, seen_arrays
from standin.io.large_arrays import join
from standin.metrics.classification import classification_scores
from standin.metrics.probability_scores import probability_scores
from standin.metrics.proportion import proportion_ci, wilson_interval

Arrays = dict[str, np.ndarray]
KerasModel = Any  # keras.Model: Keras is imported when a node runs, not when pipelines are listed
Partitions = dict[str, Callable[[], KerasModel]]

ACCURACY_COLUMNS = [
    "dataset",
    "generative_model",
    "arm",
    "synthetic_ratio",
    "n_real",
    "n_synthetic",
    "n_labels_spent",
    "n_manual_labels",
    "label_source",
    "generator_seed",
    "classifier_seed",
    "optimizer_steps",
    "accuracy",
    "accuracy_low",
    "accuracy_high",
    "macro_f1",
    "roc_auc",
    "average_precision",
    "log_loss",
    "calibration_error",
    "brier_score",
    "validation_accuracy",
]


def evaluate(
    test: Arrays,
    validation: Arrays,
    bootstrap: dict[str, Any],
    *arms_data: Any,
    arms: tuple[str, ...],
    dataset: str,
    generative_model: str | None,
    generator_seed: int | None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Scores every classifier of these arms on the test images.

    Args:
        bootstrap: `confidence` of the intervals.
        arms_data: the classifiers and the provenance of each of `arms` in turn.
        generative_model, generator_seed: None for arms without generated images.

    Returns:
        The table of accuracies, the recalls by class, and all predictions.

    Raises:
        LeakError: a stage upstream of an arm saw a test or validation image; names the stages and the images.
    """
    from standin.training.inference import predict

    images, confidence = join([test["images"], validation["images"]]), bootstrap["confidence"]
    experiment = {"dataset": dataset, "generative_model": generative_model, "generator_seed": generator_seed}
    scores, recalls, predictions = [], [], []
    for arm, classifiers, provenance in zip(arms, arms_data[::2], arms_data[1::2], strict=True):
        for name, held_out in (("test", test), ("validation", validation)):
            assert_unseen(held_out, name, seen_arrays(provenance), stages_of(provenance))
        for seed, load in by_seed(classifiers):
            probabilities, on_validation = np.split(predict(load(), images), [len(test["labels"])])
            key: dict[str, Any] = {"arm": arm, "classifier_seed": seed}
            predicted = {
                "image_id": test["image_ids"],
                "label": test["labels"],
                "predicted": probabilities.argmax(axis=1),
                "probability_of_label": probabilities[np.arange(len(probabilities)), test["labels"]],
            }
            correct_validation = on_validation.argmax(axis=1) == validation["labels"]
            validated = {"validation_accuracy": float(correct_validation.mean())}
            accuracies, recall = _scores(test, probabilities, confidence)
            scores.append(key | experiment | _counts(provenance) | accuracies | validated)
            recalls.append(pd.DataFrame(key | recall))
            predictions.append(pd.DataFrame(key | predicted))
    table = pd.DataFrame(scores)[ACCURACY_COLUMNS].astype({"generator_seed": "Int64", "n_labels_spent": "Int64"})
    return table, pd.concat(recalls, ignore_index=True), pd.concat(predictions, ignore_index=True)


def evaluate_convergence(
    validation: Arrays, classifiers: Partitions, scores: pd.DataFrame, seeds: list[int]
) -> pd.DataFrame:
    """Accuracy of arm `real` by its number of optimizer steps, on validation images: the number is chosen by it.

    Args:
        classifiers: `steps_<n>` -> classifier trained with the first seed for other numbers of steps.
        scores: of the arms without generated images, with their numbers of steps; also those of `real_longer`, if any.
        seeds: of classifiers.

    Returns:
        `steps`, `accuracy`; sorted.
    """
    from standin.training.inference import predict

    first = scores[scores["arm"].isin(("real", "real_longer")) & (scores["classifier_seed"] == seeds[0])]
    rows = [(int(row["optimizer_steps"]), float(row["validation_accuracy"])) for _, row in first.iterrows()]
    for name, load in classifiers.items():
        correct = predict(load(), validation["images"]).argmax(axis=1) == validation["labels"]
        rows.append((int(name.removeprefix("steps_")), float(correct.mean())))
    return pd.DataFrame(sorted(rows), columns=["steps", "accuracy"])


def predict_by_size(test: Arrays, classifiers: Partitions, provenance: Arrays) -> pd.DataFrame:
    """Predictions of arm `real` with fewer training images.

    Args:
        classifiers: `images_<n>` -> classifier trained on n images.

    Returns:
        `n_real`, `image_id`, `label`, `predicted`; sorted by `n_real`.

    Raises:
        LeakError: a classifier saw a test image.
    """
    from standin.training.inference import predict

    assert_unseen(test, "test", seen_arrays(provenance), stages_of(provenance))
    truth = {"image_id": test["image_ids"], "label": test["labels"]}
    by_size = {int(name.removeprefix("images_")): load for name, load in classifiers.items()}
    tables = [
        pd.DataFrame({"n_real": n, **truth, "predicted": predict(by_size[n](), test["images"]).argmax(axis=1)})
        for n in sorted(by_size)
    ]
    return pd.concat(tables, ignore_index=True)


def evaluate_by_epoch(
    test: Arrays, classifiers: Partitions, provenance: Arrays, bootstrap: dict[str, Any]
) -> pd.DataFrame:
    """Accuracy on test images of the classifiers of the epoch table.

    Returns:
        `trained_on` (generated or real), `epochs`, `accuracy`, `accuracy_low`, `accuracy_high`, and the `label_source`
        and `n_manual_labels` of generated images; sorted.

    Raises:
        LeakError: a stage upstream saw a test image.
    """
    from standin.training.inference import predict

    assert_unseen(test, "test", seen_arrays(provenance), stages_of(provenance))
    labels = str(provenance["label_source"]), int(provenance["n_manual_labels"])
    rows = []
    for name, load in classifiers.items():
        trained_on, _, epochs = name.partition("_")
        correct = predict(load(), test["images"]).argmax(axis=1) == test["labels"]
        accuracy = proportion_ci(correct, bootstrap["confidence"])
        label_counts = labels if trained_on == "generated" else (None, 0)
        rows.append((trained_on, int(epochs), accuracy.value, accuracy.low, accuracy.high, *label_counts))
    columns = ["trained_on", "epochs", "accuracy", "accuracy_low", "accuracy_high", "label_source", "n_manual_labels"]
    return pd.DataFrame(rows, columns=columns).sort_values(["trained_on", "epochs"], ignore_index=True)


def by_seed(classifiers: Partitions) -> list[tuple[int, Callable[[], KerasModel]]]:
    """Seed and classifier of an arm, ordered by seed."""
    return sorted((int(name.removeprefix("seed_")), load) for name, load in classifiers.items())


def stages_of(provenance: Arrays) -> list[str]:
    """Stages that must have recorded the images they saw: all but a generator whose training images are unknown."""
    stages = {
        "classifier": len(provenance["real_image_ids"]) > 0,
        "generative_model": int(provenance["n_synthetic"]) > 0 and str(provenance.get("made_from")) != "unknown",
        "pseudo_labeler": str(provenance["label_source"]) in ("pseudo-labeler", "manual and pseudo-labeler"),
    }
    return [stage for stage, needed in stages.items() if needed]


def _scores(
    test: Arrays, probabilities: np.ndarray, confidence: float
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Scores of all test images; by class, the recall with Wilson's interval and the number of test images."""
    names, predicted = test["class_names"], probabilities.argmax(axis=1)
    accuracy = proportion_ci(predicted == test["labels"], confidence)
    scores = classification_scores(test["labels"], predicted, len(names), probabilities[:, 1])
    support, correct = scores.confusion.sum(axis=1), scores.confusion.diagonal()
    low, high = np.transpose(
        [wilson_interval(k, n, confidence) if n else (np.nan, np.nan) for k, n in zip(correct, support, strict=True)]
    )
    total = {
        "accuracy": accuracy.value,
        "accuracy_low": accuracy.low,
        "accuracy_high": accuracy.high,
        "macro_f1": scores.macro_f1,
        "roc_auc": scores.roc_auc,
        "average_precision": scores.average_precision,
        **probability_scores(test["labels"], probabilities)._asdict(),
    }
    recall = {"class": names, "recall": scores.recall, "recall_low": low, "recall_high": high, "test_images": support}
    return total, recall


def _labels_spent(provenance: Arrays) -> int | None:
    """Number of real images whose labels were needed; None if it is unknown, as of images from elsewhere."""
    here, elsewhere = len(np.unique(provenance["label_image_ids"])), int(provenance.get("labels_spent", 0))
    return None if elsewhere < 0 else max(here, elsewhere)


def _counts(provenance: Arrays) -> dict[str, Any]:
    n_real, n_synthetic = len(provenance["real_image_ids"]), int(provenance["n_synthetic"])
    return {
        "n_real": n_real,
        "n_synthetic": n_synthetic,
        # Generated images per real one.
        "synthetic_ratio": n_synthetic / n_real if n_real else np.nan,
        "n_labels_spent": _labels_spent(provenance),
        "n_manual_labels": int(provenance["n_manual_labels"]),
        "label_source": str(provenance["label_source"]) or None,
        "optimizer_steps": int(provenance["optimizer_steps"]),
    }
