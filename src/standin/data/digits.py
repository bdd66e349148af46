"""The UCI handwritten digits included in scikit-learn: 1,797 8x8 gray images (Alpaydin and Kaynak 1998).

They are the test set of UCI's optdigits, by 13 writers who are not named. Each filled in a form of about 130 digits in
a fixed order: the sequence of labels repeats 14 times, some digits are missing, and one writer must have two forms.
"""

import numpy as np

from standin.data.source import Source, make_source

FORMS = (0, 130, 256, 386, 516, 646, 776, 906, 1029, 1157, 1287, 1415, 1545, 1667)
"""The first image of each form, where the sequence of labels starts again."""


def load() -> Source:
    """All 1,797 images; ink counts of 0 to 16 become gray values of 0 to 255. Groups are the forms, 0 to 13."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = np.rint(bunch.images * (255 / 16)).astype(np.uint8)
    forms = np.searchsorted(FORMS, np.arange(len(images)), side="right") - 1
    names = [str(digit) for digit in range(10)]
    return make_source({"train": (images, bunch.target)}, names, "digits", {"train": forms})
