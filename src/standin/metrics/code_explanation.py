"""What the continuous codes of a model have come to mean: color, slant or width of a stroke."""

from typing import NamedTuple

import numpy as np

from standin.metrics.registry import metric
from standin.metrics.strokes import color, slant, stroke_width

REFERENCE = "coefficient of determination of a linear regression of the code on the measured attribute"
EXPLANATION = "proportion of the variance of code {{key}} that the {} of generated images explains"


class ExplainedVariance(NamedTuple):
    """Proportions of a code's variance, 0 to 1."""

    color: float
    slant: float
    stroke_width: float


@metric(
    "code_{key}_stroke_width",
    label="code {key}, stroke width",
    field="stroke_width",
    group="codes",
    better="higher",
    reference=REFERENCE,
    explanation=EXPLANATION.format("stroke width"),
)
@metric(
    "code_{key}_slant",
    label="code {key}, slant",
    field="slant",
    group="codes",
    better="higher",
    reference=REFERENCE,
    explanation=EXPLANATION.format("slant"),
)
@metric(
    "code_{key}_color",
    label="code {key}, color",
    field="color",
    group="codes",
    better="higher",
    reference=REFERENCE,
    explanation=EXPLANATION.format("color"),
)
def code_explanation(drawn_codes: np.ndarray, drawn_images: np.ndarray) -> dict[str, ExplainedVariance]:
    """For each code, by its number from 1, how much of its variance each attribute explains.

    Args:
        drawn_codes: (n, codes) that the images were generated from.
        drawn_images: (n, height, width, channels) uint8.
    """
    attributes = [measure(drawn_images) for measure in (color, slant, stroke_width)]
    return {
        str(number): ExplainedVariance(*(explained_variance(code, attribute) for attribute in attributes))
        for number, code in enumerate(drawn_codes.T, start=1)
    }


def explained_variance(code: np.ndarray, attribute: np.ndarray) -> float:
    """Proportion of a code's variance that an attribute explains by linear regression, 0 to 1.

    Args:
        code: (n,).
        attribute: (n,), or (n, k) for one with several numbers, such as a color.
    """
    from sklearn.linear_model import LinearRegression

    columns = attribute.reshape(len(code), -1)
    return max(0.0, float(LinearRegression().fit(columns, code).score(columns, code)))
