"""How well generated images show the real numbers that they were generated for."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from standin.core.errors import TooFewImages
from standin.metrics.registry import metric

READ = "{key} read from the image by the regressor against {key} asked for: "


class Reading(NamedTuple):
    """One condition, read from images against asked for.

    Attributes:
        r2: coefficient of determination of the readings: 1 is perfect, the mean reaches 0.
        slope: of the least-squares line through (asked, read): below 1, extremes are not generated.
        mean_absolute_error: in the unit of the condition.
    """

    r2: float
    slope: float
    mean_absolute_error: float


@metric(
    "{key}_error",
    label="{key}, error",
    field="mean_absolute_error",
    group="conditions",
    better="lower",
    reference="mean absolute error",
    explanation=READ + "mean absolute error",
)
@metric(
    "{key}_slope",
    label="{key}, slope",
    field="slope",
    group="conditions",
    better=1.0,
    reference="line of least squares",
    explanation=READ + "slope, below 1 where extremes are not generated",
)
@metric(
    "{key}_r2",
    label="{key}, R2",
    field="r2",
    group="conditions",
    better="higher",
    reference="coefficient of determination",
    explanation=READ + "coefficient of determination",
)
def condition_readings(
    generated_conditions: np.ndarray, generated_readings: np.ndarray, condition_names: Sequence[str]
) -> dict[str, Reading]:
    """Name of a condition -> how its readings follow what was asked for; both arrays are (n, conditions).

    Raises:
        TooFewImages: fewer than two images.
    """
    from sklearn.metrics import mean_absolute_error, r2_score

    if len(generated_conditions) < 2:
        raise TooFewImages(f"at least two images are needed, got {len(generated_conditions)}")
    return {
        str(name): Reading(
            float(r2_score(asked, read)), float(np.polyfit(asked, read, 1)[0]), float(mean_absolute_error(asked, read))
        )
        for name, asked, read in zip(condition_names, generated_conditions.T, generated_readings.T, strict=True)
    }
