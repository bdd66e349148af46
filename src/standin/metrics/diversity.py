"""How much generated images of a class differ from one another, relative to real ones."""

import numpy as np

from standin.core.errors import TooFewImages
from standin.metrics.distances import mean_distance
from standin.metrics.registry import metric

MAX_PER_CLASS = 1000
"""Images of a class that are compared with one another."""


@metric(
    "diversity",
    group="fidelity",
    better=1.0,
    reference="mean pairwise distance within each class, as a ratio to that of real images",
    explanation="mean distance between two generated images of a class, in units of that between two real ones: 0 "
    "where all are alike (mode collapse), above 1 also where labels are wrong",
)
def diversity(generated: np.ndarray, generated_labels: np.ndarray, real: np.ndarray, real_labels: np.ndarray) -> float:
    """The mean distance between two generated images of a class in units of that between two real ones, the mean over
    classes. A class without two images of either kind does not count.

    Args:
        generated, real: (n, d), (m, d) features.
        generated_labels, real_labels: (n,), (m,) integers.

    Raises:
        TooFewImages: if no class counts.
    """
    ratios = []
    for label in np.unique(real_labels):
        made, true = generated[generated_labels == label], real[real_labels == label]
        if min(len(made), len(true)) >= 2:
            distances = [mean_distance(part[:MAX_PER_CLASS]) for part in (made, true)]
            ratios.append(distances[0] / max(distances[1], 1e-12))
    if not ratios:
        raise TooFewImages("no class has two generated and two real images")
    return float(np.mean(ratios))
