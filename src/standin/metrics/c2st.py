"""Classifier two-sample test: can a classifier tell generated rows from real ones? (Lopez-Paz and Oquab 2017)"""

import numpy as np

from standin.core.errors import TooFewRows
from standin.metrics.proportion import Proportion, proportion_ci

FOLDS = 5


def two_sample_accuracy(generated: np.ndarray, real: np.ndarray, seed: int = 0) -> Proportion:
    """How often boosted trees tell rows that they were not trained on rightly for generated or real: 1/2 where they
    cannot.

    Every row is called once, by trees trained on the other folds. The interval takes calls for independent, which rows
    of different folds nearly are.

    Args:
        generated: (n, features).
        real: (m, features); the larger of the two is cut to equal numbers, so that guessing has 1/2.
        seed: of folds and trees.

    Raises:
        TooFewRows: if either has fewer than five rows.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    n = min(len(generated), len(real))
    if n < FOLDS:
        raise TooFewRows(f"at least {FOLDS} rows of each kind are needed, got {len(generated)} and {len(real)}")
    rows = np.concatenate([generated[:n], real[:n]])
    kind = np.repeat([0, 1], n)
    trees = HistGradientBoostingClassifier(max_iter=50, early_stopping=False, random_state=seed)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    return proportion_ci(cross_val_predict(trees, rows, kind, cv=folds) == kind)
