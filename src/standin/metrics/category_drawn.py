"""Whether a generator draws what a category has come to mean."""

import numpy as np

from standin.metrics.category_match import match_categories
from standin.metrics.proportion import Proportion, proportion_ci
from standin.metrics.registry import metric


@metric(
    "category_drawn",
    group="codes",
    better="higher",
    reference="Kuhn 1955, The Hungarian Method for the Assignment Problem; predictions of a classifier",
    explanation="proportion of generated images for which the oracle predicts the class that their category was "
    "matched with",
)
def category_drawn(
    drawn_categories: np.ndarray,
    drawn_probabilities: np.ndarray,
    training_categories: np.ndarray,
    training_labels: np.ndarray,
    n_categories: int,
    n_classes: int,
) -> Proportion:
    """The proportion of generated images that show the class of their category.

    Args:
        drawn_categories: (n,) the category that each image was generated from.
        drawn_probabilities: (n, classes) of the oracle.
        training_categories, training_labels: (m,) of training images, on which categories are matched with classes.
        n_categories, n_classes: numbers of categories and classes.
    """
    class_of = match_categories(training_categories, training_labels, n_categories, n_classes)
    return proportion_ci(class_of[drawn_categories] == drawn_probabilities.argmax(axis=1))
