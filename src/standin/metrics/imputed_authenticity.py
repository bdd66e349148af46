"""Authenticity of the images that take the place of withheld ones."""

import numpy as np

from standin.metrics.authenticity import authenticity
from standin.metrics.proportion import Proportion
from standin.metrics.registry import metric


@metric(
    "imputed_authenticity",
    group="memorization",
    better="higher",
    reference="Alaa et al. 2022, How Faithful is your Synthetic Data?, section 3",
    explanation="authenticity of the generated images that take the place of withheld ones; real images are new ones "
    "of the withheld kind or of the others, whichever have less",
)
def imputed_authenticity(
    imputed: np.ndarray, training: np.ndarray, training_radii: np.ndarray | None = None
) -> Proportion:
    """As `authenticity`, of `imputed` (n, d) features."""
    return authenticity(imputed, training, training_radii)


def least_authentic(
    parts: list[np.ndarray], training: np.ndarray, training_radii: np.ndarray | None = None
) -> np.ndarray:
    """The part of lowest authenticity, empty ones aside: what was generated for one kind of image may show another (a
    nine labeled seven), and must not count as a copy for that."""
    return min(
        (part for part in parts if len(part)), key=lambda part: authenticity(part, training, training_radii).value
    )
