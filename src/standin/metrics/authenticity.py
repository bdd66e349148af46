"""Authenticity: does a generative model repeat its training images? (Alaa et al. 2022)

A copy, even with a little noise, lies closer to its training image than real images lie to one another. Accuracy and
Frechet distance do not reveal it.
"""

import numpy as np

from standin.core.errors import TooFewImages
from standin.metrics.nearest import nearest, nearest_others
from standin.metrics.proportion import Proportion, proportion_ci
from standin.metrics.registry import metric

REFERENCE = "Alaa et al. 2022, How Faithful is your Synthetic Data?, section 3"


@metric(
    "authenticity",
    group="memorization",
    better="higher",
    reference=REFERENCE,
    explanation="proportion of generated images that are farther from their nearest training image (of half B) than "
    "that one is from the next training image; copies of half B have 0",
)
def authenticity(generated: np.ndarray, training: np.ndarray, training_radii: np.ndarray | None = None) -> Proportion:
    """The proportion of generated images that are farther from their nearest training image than that one is from the
    nearest other training image. New real images give the value to expect.

    Args:
        generated: (n, d) features.
        training: (m, d) features.
        training_radii: (m,) distance of each training image to its nearest other one; computed where None.

    Raises:
        TooFewImages: fewer than two training images.
    """
    if len(training) < 2:
        raise TooFewImages(f"two training images are needed, got {len(training)}")
    radii = nearest_others(training).distance if training_radii is None else training_radii
    to_training = nearest(generated, training)
    return proportion_ci(to_training.distance > radii[to_training.indices])


@metric(
    "imputed_authenticity",
    group="memorization",
    better="higher",
    reference=REFERENCE,
    explanation="authenticity of the generated images that take the place of withheld ones; real images are new ones "
    "of the withheld kind or of the others, whichever have less",
)
def imputed_authenticity(
    imputed: np.ndarray, training: np.ndarray, training_radii: np.ndarray | None = None
) -> Proportion:
    """`authenticity` of the images that take the place of withheld ones, (n, d) features."""
    return authenticity(imputed, training, training_radii)


def least_authentic(
    parts: list[np.ndarray], training: np.ndarray, training_radii: np.ndarray | None = None
) -> np.ndarray:
    """The non-empty part of lowest authenticity.

    An image generated for one class may show another (a nine labeled seven), which must not make it count as a copy.
    """
    return min(filter(len, parts), key=lambda part: authenticity(part, training, training_radii).value)
