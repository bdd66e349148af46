"""How many images a generative model must generate."""

import math
from collections.abc import Sequence


def n_images_needed(n_synthetic: Sequence[int | None], synthetic_ratio: Sequence[float], n_train: int) -> int:
    """How many images to generate: as many as the largest run uses.

    Args:
        n_synthetic: numbers of images for arms with generated images only; None: `n_train`.
        synthetic_ratio: generated images per real image, for arms with both.
        n_train: number of real training images.
    """
    amounts = [n for n in n_synthetic if n is not None]
    if None in n_synthetic:
        amounts.append(math.ceil(max(1, *synthetic_ratio) * n_train))
    return max(amounts)
