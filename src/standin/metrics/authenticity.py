"""Authenticity: does a generative model repeat its training images? (Alaa et al. 2022)

A copy, or a copy with a little noise on it, lies closer to its training image than real images lie to one another; no
accuracy and no Frechet distance notices.
"""

import numpy as np

from standin.core.errors import TooFewImages
from standin.metrics.nearest import nearest, nearest_others
from standin.metrics.proportion import Proportion, proportion_ci
from standin.metrics.registry import metric


@metric(
    "authenticity",
    group="memorization",
    better="higher",
    reference="Alaa et al. 2022, How Faithful is your Synthetic Data?, section 3",
    explanation="proportion of generated images that are farther from their nearest training image (of half B) than "
    "that one is from the next training image; copies of half B have 0",
)
def authenticity(generated: np.ndarray, training: np.ndarray, training_radii: np.ndarray | None = None) -> Proportion:
    """The proportion of generated images that are not too close to a training image.

    An image is authentic where it is farther from its nearest training image than that one is from the nearest other
    training image. New real images set the value to expect.

    Args:
        generated: (n, d) features.
        training: (m, d) features.
        training_radii: (m,) distance of each training image to its nearest other one, where it is known already.

    Raises:
        TooFewImages: without two training images.
    """
    if len(training) < 2:
        raise TooFewImages(f"two training images are needed, got {len(training)}")
    radii = nearest_others(training).distance if training_radii is None else training_radii
    to_training = nearest(generated, training)
    return proportion_ci(to_training.distance > radii[to_training.indices])
