"""Classifier two-sample test: can a classifier tell generated images from real ones? (Lopez-Paz and Oquab 2017)"""

import numpy as np

from standin.core.errors import TooFewImages
from standin.metrics.proportion import Proportion, proportion_ci
from standin.metrics.registry import metric

MIN_IMAGES = 5


@metric(
    "c2st_accuracy",
    label="C2ST accuracy",
    group="fidelity",
    better=0.5,
    reference="Lopez-Paz and Oquab 2017, Revisiting Classifier Two-Sample Tests",
    explanation="accuracy of boosted trees that are trained to tell generated images from real ones: one half where "
    "they cannot",
)
def c2st_accuracy(generated: np.ndarray, real: np.ndarray, seed: int = 0) -> Proportion:
    """Accuracy of boosted trees in telling generated from real images; 1/2 where they cannot.

    Trees are trained on half of the images of each kind and tested on the others, so that the interval is valid;
    cross-validated accuracies are below 1/2 by construction where both sets are alike.

    Args:
        generated: (n, d) features.
        real: (m, d) features; the larger set is cut to the size of the smaller, so that chance is 1/2.
        seed: of halves and trees.

    Raises:
        TooFewImages: fewer than five images in either set.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import train_test_split

    n = min(len(generated), len(real))
    if n < MIN_IMAGES:
        raise TooFewImages(
            f"at least {MIN_IMAGES} images of each kind are needed, got {len(generated)} and {len(real)}"
        )
    features = np.concatenate([generated[:n], real[:n]])
    is_real = np.repeat([0, 1], n)
    trees = HistGradientBoostingClassifier(max_iter=50, early_stopping=False, random_state=seed)
    train, test, known, truth = train_test_split(features, is_real, test_size=0.5, random_state=seed, stratify=is_real)
    return proportion_ci(trees.fit(train, known).predict(test) == truth)
