"""The UCI handwritten digits included in scikit-learn: 1,797 8x8 gray images (Alpaydin and Kaynak 1998)."""

import numpy as np

from standin.data.source import Source, make_source


def load() -> Source:
    """All 1,797 images; ink counts of 0 to 16 become gray values of 0 to 255."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = np.rint(bunch.images * (255 / 16)).astype(np.uint8)
    return make_source({"train": (images, bunch.target)}, [str(digit) for digit in range(10)], "digits")
