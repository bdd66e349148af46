"""What the categories of a model that read no labels have come to mean."""

from typing import NamedTuple

import numpy as np

from standin.metrics.proportion import Proportion, proportion_ci
from standin.metrics.registry import metric


class CategoryMatch(NamedTuple):
    """How well categories and classes agree on test images.

    Attributes:
        accuracy: proportion of images whose category was matched with their class.
        normalized_mutual_information: of categories and classes, 0 to 1; needs no match.
    """

    accuracy: Proportion
    normalized_mutual_information: float


@metric(
    "category_information",
    field="normalized_mutual_information",
    group="codes",
    better="higher",
    reference="Strehl and Ghosh 2002, Cluster Ensembles (normalized mutual information)",
    explanation="normalized mutual information of category and class over real test images: 0 is none, 1 all",
)
@metric(
    "category_accuracy",
    field="accuracy",
    group="codes",
    better="higher",
    reference="Kuhn 1955, The Hungarian Method for the Assignment Problem",
    explanation="proportion of real test images whose category was matched with their class; the match was made on "
    "training images after a training without labels",
)
def category_match(
    categories: np.ndarray,
    labels: np.ndarray,
    training_categories: np.ndarray,
    training_labels: np.ndarray,
    n_categories: int,
    n_classes: int,
) -> CategoryMatch:
    """Categories are matched with classes on training images and scored on test images.

    Args:
        categories, labels: (n,) of test images.
        training_categories, training_labels: (m,).
        n_categories, n_classes: numbers of categories and classes.
    """
    from sklearn.metrics import normalized_mutual_info_score

    class_of = match_categories(training_categories, training_labels, n_categories, n_classes)
    information = normalized_mutual_info_score(labels, categories)
    return CategoryMatch(proportion_ci(class_of[categories] == labels), float(information))


def match_categories(categories: np.ndarray, labels: np.ndarray, n_categories: int, n_classes: int) -> np.ndarray:
    """(n_categories,) the class matched with each category so that most images agree (Kuhn 1955), each class once; -1
    for a category without one.

    Args:
        categories, labels: (n,) of the images to match on.
        n_categories, n_classes: numbers of categories and classes.
    """
    from scipy.optimize import linear_sum_assignment

    counts = np.zeros((n_categories, n_classes), np.int64)
    np.add.at(counts, (categories, labels), 1)
    class_of = np.full(n_categories, -1)
    rows, classes = linear_sum_assignment(-counts)
    class_of[rows] = classes
    return class_of
