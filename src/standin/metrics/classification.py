"""Scores of a classifier on test images."""

from typing import NamedTuple

import numpy as np


class ClassificationScores(NamedTuple):
    """Scores of one classifier.

    Attributes:
        accuracy: proportion of correct predictions.
        macro_f1: mean F1 of the classes that occur; a class that is never predicted counts as 0.
        recall: (classes,) proportion of correct predictions among the images of each class; 0 for a class without any.
        confusion: (classes, classes) counts, true class by row, predicted class by column.
        roc_auc: area under the ROC curve; NaN for more than two classes.
        average_precision: of the second class; NaN for more than two classes.
    """

    accuracy: float
    macro_f1: float
    recall: np.ndarray
    confusion: np.ndarray
    roc_auc: float
    average_precision: float


def classification_scores(
    labels: np.ndarray, predicted: np.ndarray, n_classes: int, probability: np.ndarray | None = None
) -> ClassificationScores:
    """Scores of predicted classes (n,) against true ones (n,), both in [0, n_classes), and of the `probability` (n,) of
    the second class where the data set has two."""
    from sklearn import metrics

    classes, occurring = np.arange(n_classes), np.unique(labels)
    ranked = probability is not None and n_classes == 2 and len(occurring) == 2
    return ClassificationScores(
        accuracy=float(metrics.accuracy_score(labels, predicted)),
        macro_f1=float(metrics.f1_score(labels, predicted, labels=occurring, average="macro", zero_division=0.0)),
        recall=metrics.recall_score(labels, predicted, labels=classes, average=None, zero_division=0.0),
        confusion=metrics.confusion_matrix(labels, predicted, labels=classes),
        roc_auc=float(metrics.roc_auc_score(labels, probability)) if ranked else float("nan"),
        average_precision=float(metrics.average_precision_score(labels, probability)) if ranked else float("nan"),
    )
