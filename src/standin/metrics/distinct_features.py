"""Whether features tell images apart at all."""

import numpy as np

from standin.metrics.registry import metric


@metric(
    "distinct_features",
    group="features",
    better="higher",
    reference="number of different feature vectors, as a proportion of the images",
    explanation="proportion of different feature vectors among generated images: low where one image is generated "
    "again and again, and where it is low for real images too, the extractor has dead units and its distances cannot "
    "be trusted",
)
def distinct_features(generated: np.ndarray) -> float:
    """The number of different feature vectors, (n, d), as a proportion of n."""
    return len(np.unique(generated, axis=0)) / len(generated)
