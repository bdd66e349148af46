"""What the codes of a model that was told no labels have come to mean."""

from typing import NamedTuple

import numpy as np


class CategoryMatch(NamedTuple):
    """How well categories and classes agree, once each category has been given a class.

    Attributes:
        class_of: (categories,) the class each stands for, by train rows; -1 for one too many.
        accuracy: share of test rows whose category stands for their class.
        normalized_mutual_information: of categories and classes of test rows, 0 to 1; needs no match.
        right: (n,) which test rows those are.
    """

    class_of: np.ndarray
    accuracy: float
    normalized_mutual_information: float
    right: np.ndarray


def match_categories(
    train_categories: np.ndarray,
    train_labels: np.ndarray,
    test_categories: np.ndarray,
    test_labels: np.ndarray,
    n_categories: int,
) -> CategoryMatch:
    """One class for each category, matched on train rows so that most agree (Kuhn 1955), scored on test rows.

    Args:
        train_categories, train_labels, test_categories, test_labels: (n,) integers from 0 on.
        n_categories: how many there are; with more than classes, some stand for none.
    """
    from scipy.optimize import linear_sum_assignment
    from sklearn.metrics import normalized_mutual_info_score

    counts = np.zeros((n_categories, 1 + max(train_labels.max(), test_labels.max())), np.int64)
    np.add.at(counts, (train_categories, train_labels), 1)
    class_of = np.full(n_categories, -1)
    categories, classes = linear_sum_assignment(-counts)
    class_of[categories] = classes
    right = class_of[test_categories] == test_labels
    information = normalized_mutual_info_score(test_labels, test_categories)
    return CategoryMatch(class_of, float(right.mean()), float(information), right)


def explained(code: np.ndarray, attribute: np.ndarray) -> float:
    """Share of a code's variance that a measured attribute explains by linear regression, 0 to 1.

    Args:
        code: (n,).
        attribute: (n,), or (n, k) for one with several numbers, such as a color.
    """
    from sklearn.linear_model import LinearRegression

    columns = attribute.reshape(len(code), -1)
    return max(0.0, float(LinearRegression().fit(columns, code).score(columns, code)))
