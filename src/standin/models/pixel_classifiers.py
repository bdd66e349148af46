"""Inexpensive classifiers on pixels, from scikit-learn: no convolutions, no augmentation, seconds on a CPU.

Each sees the first principal components of its training images' pixels.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from standin.core.images import to_float

if TYPE_CHECKING:
    from sklearn.base import ClassifierMixin

COMPONENTS = 50
"""Largest number of principal components."""
CHUNK = 1000
"""Held-out images that are converted to float32 at once."""
NEIGHBORS = 5
SEED = 0
Labeled = tuple[np.ndarray, np.ndarray]
"""Images (n, height, width, channels), uint8 or float32 in [-1, 1], and labels (n,)."""


def k_nearest(n: int) -> "ClassifierMixin":
    """The majority class of the five nearest training images."""
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(min(NEIGHBORS, n))


def logistic_regression(n: int) -> "ClassifierMixin":
    """A linear function of the components for each class."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=0.1, max_iter=500)


def boosted_trees(n: int) -> "ClassifierMixin":
    """Gradient boosting of 30 small trees per class (Ke et al. 2017, LightGBM)."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(
        max_iter=30, learning_rate=0.3, max_leaf_nodes=15, max_bins=31, early_stopping=False, random_state=SEED
    )


PIXEL_CLASSIFIERS: dict[str, Callable[[int], "ClassifierMixin"]] = {
    function.__name__: function for function in (k_nearest, logistic_regression, boosted_trees)
}
"""Name -> function of the number of training images that returns an untrained scikit-learn classifier."""


def accuracy_on_pixels(names: Sequence[str], training: Labeled, held_out: Labeled) -> list[float]:
    """Accuracy in [0, 1] on held-out images of the classifiers `names`, trained on the pixels of other images; the same
    on every call. With images of a single class, they predict that class."""
    from sklearn.decomposition import PCA

    (images, y), (others, labels) = training, held_out
    if len(np.unique(y)) < 2:
        return [float((labels == y[0]).mean())] * len(names)
    flat = _flat(images)
    components = PCA(min(COMPONENTS, *flat.shape), svd_solver="randomized", random_state=SEED).fit(flat)
    x = components.transform(flat)
    starts = range(0, len(others), CHUNK)
    projected = np.concatenate([components.transform(_flat(others[i : i + CHUNK])) for i in starts])
    fitted: list[Any] = [PIXEL_CLASSIFIERS[name](len(y)).fit(x, y) for name in names]
    return [float((classifier.predict(projected) == labels).mean()) for classifier in fitted]


def _flat(images: np.ndarray) -> np.ndarray:
    return to_float(images).reshape(len(images), -1)
