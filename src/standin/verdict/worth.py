"""What a model's images are worth in real ones: the number of real training images that gives the same accuracy.

The learning curve of arm `real` runs through its error rates with several numbers of training images. Between two of
them the error rate is a power of their number, as learning curves are over wide ranges (Hestness et al. 2017, Deep
Learning Scaling is Predictable, Empirically): a line on logarithmic axes.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from standin.verdict.facts import ErrorRatio, RealCurve, Worth

PSEUDO_ERRORS = 0.5
"""Added to every number of errors, so that none is zero."""


class LearningCurve:
    """Correct predictions of arm `real` by number of training images.

    Args:
        correct: number of real training images -> (images,) accuracy on each test image, from 0 to 1.
    """

    def __init__(self, correct: Mapping[int, np.ndarray]) -> None:
        self.sizes = np.array(sorted(correct))
        self.errors = np.stack([1.0 - correct[n] for n in self.sizes])

    def summary(self) -> RealCurve:
        """Sizes and accuracies."""
        return RealCurve(n_real=self.sizes.tolist(), accuracy=(1 - self.errors.mean(axis=1)).tolist())

    def worth(self, correct: np.ndarray, bootstrap: Mapping[str, Any]) -> Worth:
        """How many real images give the accuracy of `correct`, (images,) accuracy on each test image.

        The interval is a paired bootstrap over test images (Efron 1979): curve and accuracy are computed from the same
        resampled images.
        """
        errors = np.vstack([self.errors, 1.0 - correct])
        low, high = _ends(self._equal_sizes(_resampled(errors, bootstrap)), bootstrap["confidence"])
        value = float(self._equal_sizes(errors.mean(axis=1)[np.newaxis])[0])
        return Worth(n_real=value, low=min(low, value), high=max(high, value))

    def _equal_sizes(self, rates: np.ndarray) -> np.ndarray:
        """(k, sizes + 1) error rates, the last of the model -> (k,) numbers of real images, within the curve."""
        logs = np.log(rates + PSEUDO_ERRORS / self.errors.shape[1])
        # More images are taken never to hurt: a curve that rises by chance is flat there.
        curves, wanted = np.minimum.accumulate(logs[:, :-1], axis=1), logs[:, -1]
        sizes = np.log(self.sizes)
        return np.array([np.exp(np.interp(-x, -curve, sizes)) for curve, x in zip(curves, wanted, strict=True)])


def learning_curve(predictions: pd.DataFrame, real: np.ndarray, n_real: int) -> LearningCurve:
    """The curve from the predictions of smaller sets (`n_real`, `label`, `predicted`) and from arm real itself.

    Args:
        real: (classifiers, images) whether the predictions of arm real are correct.
        n_real: its number of training images.
    """
    by_size: dict[int, np.ndarray] = {}
    for n in predictions["n_real"].unique().tolist():
        table = predictions[predictions["n_real"] == n]
        by_size[n] = (table["label"] == table["predicted"]).to_numpy(float)
    return LearningCurve(by_size | {n_real: real.mean(axis=0)})


def error_ratio(correct: np.ndarray, real: np.ndarray, bootstrap: Mapping[str, Any]) -> ErrorRatio:
    """Errors of one arm for each error of another, on the same test images.

    Args:
        correct, real: (images,) accuracy on each test image, mean over trainings.
    """
    errors = 1.0 - np.vstack([correct, real])
    added = PSEUDO_ERRORS / errors.shape[1]
    rates = _resampled(errors, bootstrap) + added
    low, high = _ends(rates[:, 0] / rates[:, 1], bootstrap["confidence"])
    value, reference = errors.mean(axis=1) + added
    return ErrorRatio(ratio=value / reference, low=low, high=high)


def accuracy_by_image(correct: np.ndarray) -> np.ndarray:
    """(..., images) correct predictions -> (images,) their mean over all trainings."""
    return correct.reshape(-1, correct.shape[-1]).mean(axis=0)


def _resampled(values: np.ndarray, bootstrap: Mapping[str, Any]) -> np.ndarray:
    """(rows, images) -> (resamples, rows) means over resampled images, or over all images of resampled groups."""
    if "groups" in bootstrap:
        return _resampled_groups(values, bootstrap)
    # Images have few distinct columns: sampling how often each occurs is the same as sampling images, and much faster.
    distinct, counts = np.unique(values, axis=1, return_counts=True)
    n = values.shape[1]
    generator = np.random.default_rng(bootstrap["seed"])
    sampled = generator.multinomial(n, counts / n, size=bootstrap["resamples"])
    return np.asarray(sampled @ distinct.T / n)


def _resampled_groups(values: np.ndarray, bootstrap: Mapping[str, Any]) -> np.ndarray:
    _, index, sizes = np.unique(bootstrap["groups"], return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(index, row) for row in values])
    generator, n = np.random.default_rng(bootstrap["seed"]), len(sizes)
    counts = generator.multinomial(n, np.full(n, 1 / n), size=bootstrap["resamples"])
    return np.asarray((counts @ sums.T) / (counts @ sizes)[:, np.newaxis])


def _ends(values: np.ndarray, confidence: float) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)
