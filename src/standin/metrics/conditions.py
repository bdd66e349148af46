"""How well generated images show the real numbers that they were asked for."""

from typing import NamedTuple

import numpy as np


class Reading(NamedTuple):
    """One condition, asked for against read from the images.

    Attributes:
        r2: coefficient of determination of what was read: 1 is perfect, 0 what the mean would reach.
        slope: of the line of least squares through (asked, read): below 1, extremes are not drawn.
        mean_absolute_error: in the condition's own unit.
    """

    r2: float
    slope: float
    mean_absolute_error: float


def asked_against_obtained(asked: np.ndarray, read: np.ndarray) -> list[Reading]:
    """One `Reading` a condition.

    Args:
        asked, read: (n, conditions), n at least 2.
    """
    from sklearn.metrics import mean_absolute_error, r2_score

    return [
        Reading(
            float(r2_score(asked[:, column], read[:, column])),
            float(np.polyfit(asked[:, column], read[:, column], 1)[0]),
            float(mean_absolute_error(asked[:, column], read[:, column])),
        )
        for column in range(asked.shape[1])
    ]
