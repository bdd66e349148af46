"""How many images a generative model must generate, and how many of them are mixed with real ones."""

import math
from collections.abc import Mapping, Sequence

Ratio = Sequence[float] | Mapping[str, Sequence[float]]
"""The parameter `synthetic_ratio`: generated images per real one, or under `choose_fraction` fractions of generated
images from which validation images choose."""


def ratios(synthetic_ratio: Ratio) -> list[float]:
    """Generated images per real one of each run or candidate. A fraction f of generated images is f / (1 - f) per real
    one."""
    if isinstance(synthetic_ratio, Mapping):
        return [fraction / (1 - fraction) for fraction in synthetic_ratio["choose_fraction"]]
    return list(synthetic_ratio)


def n_images_needed(n_synthetic: Sequence[int | None], synthetic_ratio: Ratio, n_train: int) -> int:
    """How many images to generate: as many as the largest run uses.

    Args:
        n_synthetic: numbers of images for arms with generated images only; None: `n_train`.
        synthetic_ratio: of arms with both.
        n_train: number of real training images.
    """
    amounts = [n for n in n_synthetic if n is not None]
    if None in n_synthetic:
        amounts.append(math.ceil(max(1, *ratios(synthetic_ratio)) * n_train))
    return max(amounts)
