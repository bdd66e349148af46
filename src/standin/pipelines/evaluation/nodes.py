"""Nodes of the evaluation stage."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from standin.core.leakage import assert_unseen, seen_arrays
from standin.io.large_arrays import join
from standin.metrics.classification import classification_scores
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
    """Lets every classifier of these arms call the test rows, and scores it.

    Args:
        test: the rows that nothing was trained on.
        validation: rows that nothing was trained on either; models are chosen by their accuracy here.
        bootstrap: of which `confidence` is that of the intervals.
        arms_data: for each of `arms` in turn, its classifiers and its provenance.
        arms: names of the arms.
        dataset, generative_model, generator_seed: what the table calls them; None for arms without generated rows.

    Returns:
        The table of accuracies; recall by class; every single prediction.

    Raises:
        LeakError: if anything upstream of an arm saw a test or a validation row; names the stages and the rows.
    """
    from standin.training.inference import predict

    names = test["class_names"]
    images = join([test["images"], validation["images"]])
    scores, recalls, predictions = [], [], []
    for arm, classifiers, provenance in zip(arms, arms_data[::2], arms_data[1::2], strict=True):
        for name, held_out in (("test", test), ("validation", validation)):
            assert_unseen(held_out, name, seen_arrays(provenance), _stages(provenance))
        for seed, load in _by_seed(classifiers):
            model = load()
            probabilities, on_validation = np.split(predict(model, images), [len(test["labels"])])
            called = probabilities.argmax(axis=1)
            scored = classification_scores(test["labels"], called, len(names), probabilities[:, 1])
            accuracy = proportion_ci(called == test["labels"], bootstrap["confidence"])
            common = {"arm": arm, "classifier_seed": seed}
            scores.append(
                common
                | _counts(provenance)
                | {"dataset": dataset, "generative_model": generative_model, "generator_seed": generator_seed}
                | {"accuracy": accuracy.share, "accuracy_low": accuracy.low, "accuracy_high": accuracy.high}
                | {
                    "macro_f1": scored.macro_f1,
                    "roc_auc": scored.roc_auc,
                    "average_precision": scored.average_precision,
                }
                | {"validation_accuracy": float((on_validation.argmax(axis=1) == validation["labels"]).mean())}
            )
            support, right = scored.confusion.sum(axis=1), scored.confusion.diagonal()
            ends = [
                wilson_interval(r, n, bootstrap["confidence"]) if n else (np.nan, np.nan)
                for r, n in zip(right, support, strict=True)
            ]
            low, high = np.transpose(ends)
            of_class = {"recall": scored.recall, "recall_low": low, "recall_high": high, "test_images": support}
            recalls.append(pd.DataFrame(common | {"class": names} | of_class))
            calls = {"image_id": test["image_ids"], "label": test["labels"], "predicted": called}
            predictions.append(pd.DataFrame(common | calls))
    table = pd.DataFrame(scores)[ACCURACY_COLUMNS].astype({"generator_seed": "Int64"})
    return table, pd.concat(recalls, ignore_index=True), pd.concat(predictions, ignore_index=True)


def evaluate_by_epoch(
    test: Arrays, classifiers: Partitions, provenance: Arrays, bootstrap: dict[str, Any]
) -> pd.DataFrame:
    """Accuracy on test rows of the classifiers of the epoch table.

    Returns:
        `trained_on` (generated or real), `epochs`, `accuracy`, `accuracy_low`, `accuracy_high`, sorted; and of
        generated rows `label_source` and `n_manual_labels`.

    Raises:
        LeakError: if anything upstream saw a test row.
    """
    from standin.training.inference import predict

    assert_unseen(test, "test", seen_arrays(provenance), _stages(provenance))
    rows = []
    for name, load in classifiers.items():
        kind, _, epochs = name.partition("_")
        right = predict(load(), test["images"]).argmax(axis=1) == test["labels"]
        accuracy = proportion_ci(right, bootstrap["confidence"])
        labels = (
            (str(provenance["label_source"]), int(provenance["n_manual_labels"])) if kind == "generated" else (None, 0)
        )
        rows.append((kind, int(epochs), accuracy.share, accuracy.low, accuracy.high, *labels))
    columns = ["trained_on", "epochs", "accuracy", "accuracy_low", "accuracy_high", "label_source", "n_manual_labels"]
    return pd.DataFrame(rows, columns=columns).sort_values(["trained_on", "epochs"], ignore_index=True)


def _by_seed(classifiers: Partitions) -> list[tuple[int, Callable[[], KerasModel]]]:
    return sorted((int(name.removeprefix("seed_")), load) for name, load in classifiers.items())


def _stages(provenance: Arrays) -> list[str]:
    """Which stages must have left word of the rows that they saw."""
    stages = {
        "classifier": len(provenance["real_image_ids"]) > 0,
        "generative_model": int(provenance["n_synthetic"]) > 0,
    }
    stages["pseudo_labeler"] = str(provenance["label_source"]) in ("pseudo-labeler", "manual and pseudo-labeler")
    return [stage for stage, asked in stages.items() if asked]


def _counts(provenance: Arrays) -> dict[str, Any]:
    n_real, n_synthetic = len(provenance["real_image_ids"]), int(provenance["n_synthetic"])
    return {
        "n_real": n_real,
        "n_synthetic": n_synthetic,
        # Generated rows per real row; without real rows there is no such number.
        "synthetic_ratio": n_synthetic / n_real if n_real else np.nan,
        "n_labels_spent": len(np.unique(provenance["label_image_ids"])),
        "n_manual_labels": int(provenance["n_manual_labels"]),
        "label_source": str(provenance["label_source"]) or None,
        "optimizer_steps": int(provenance["optimizer_steps"]),
    }
