"""Models with codes: which class a category has learned, and which attribute of a stroke a continuous code has."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from standin.metrics.proportion import Proportion, proportion_ci
from standin.metrics.registry import P, R, metric
from standin.metrics.strokes import color, slant, stroke_width

KUHN = "Kuhn 1955, The Hungarian Method for the Assignment Problem"


class CategoryMatch(NamedTuple):
    """Agreement of categories and classes on test images.

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
    reference=KUHN,
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
    """Categories are matched with classes on m training images and scored on n test images."""
    from sklearn.metrics import normalized_mutual_info_score

    class_of = match_categories(training_categories, training_labels, n_categories, n_classes)
    information = normalized_mutual_info_score(labels, categories)
    return CategoryMatch(proportion_ci(class_of[categories] == labels), float(information))


@metric(
    "category_drawn",
    group="codes",
    better="higher",
    reference=f"{KUHN}; predictions of a classifier",
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
    """The proportion of n generated images that show the class of their category, matched on m training images."""
    class_of = match_categories(training_categories, training_labels, n_categories, n_classes)
    return proportion_ci(class_of[drawn_categories] == drawn_probabilities.argmax(axis=1))


def match_categories(categories: np.ndarray, labels: np.ndarray, n_categories: int, n_classes: int) -> np.ndarray:
    """(n_categories,) the class matched with each category so that most images agree (Kuhn 1955), each class once; -1
    for a category without a class. `categories` and `labels` are (n,)."""
    from scipy.optimize import linear_sum_assignment

    counts = np.zeros((n_categories, n_classes), np.int64)
    np.add.at(counts, (categories, labels), 1)
    class_of = np.full(n_categories, -1)
    matched, classes = linear_sum_assignment(-counts)
    class_of[matched] = classes
    return class_of


class ExplainedVariance(NamedTuple):
    """Proportions of a code's variance, 0 to 1."""

    color: float
    slant: float
    stroke_width: float


def _code_metric(attribute: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    name = attribute.replace("_", " ")
    return metric(
        f"code_{{key}}_{attribute}",
        label=f"code {{key}}, {name}",
        field=attribute,
        group="codes",
        better="higher",
        reference="coefficient of determination of a linear regression of the code on the measured attribute",
        explanation=f"proportion of the variance of code {{key}} that the {name} of generated images explains",
    )


@_code_metric("stroke_width")
@_code_metric("slant")
@_code_metric("color")
def code_explanation(drawn_codes: np.ndarray, drawn_images: np.ndarray) -> dict[str, ExplainedVariance]:
    """Number of a code, from 1 -> how much of its variance each attribute explains.

    Args:
        drawn_codes: (n, codes) that the images were generated from.
        drawn_images: (n, height, width, channels) uint8.
    """
    attributes = [measure(drawn_images) for measure in (color, slant, stroke_width)]
    return {
        str(number): ExplainedVariance(*(explained_variance(code, attribute) for attribute in attributes))
        for number, code in enumerate(drawn_codes.T, start=1)
    }


def explained_variance(code: np.ndarray, attribute: np.ndarray) -> float:
    """Proportion of the variance of a code (n,) that an attribute, (n,) or (n, k), explains linearly, 0 to 1."""
    from sklearn.linear_model import LinearRegression

    columns = attribute.reshape(len(code), -1)
    return max(0.0, float(LinearRegression().fit(columns, code).score(columns, code)))
