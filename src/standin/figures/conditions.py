"""Requested and predicted conditions of images."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from standin.figures.style import BLACK, BLUE, ORANGE, new_figure, tidy


def requested_and_predicted(
    requested: np.ndarray,
    predicted: np.ndarray,
    real: np.ndarray,
    real_predicted: np.ndarray,
    names: Sequence[str],
    title: str,
) -> Figure:
    """The regressor's predictions by requested condition, one panel per condition, with real images behind generated
    ones.

    Args:
        requested, predicted: (n, conditions) of generated images.
        real, real_predicted: (m, conditions) of real images: true values, and predictions.
        names: of the conditions.
    """
    figure = new_figure(4.2 * len(names), 4.2)
    panels = figure.subplots(1, len(names), squeeze=False)[0]
    for axes, name, x, y, real_x, real_y in zip(
        panels, names, requested.T, predicted.T, real.T, real_predicted.T, strict=True
    ):
        ends = np.percentile(np.concatenate([x, real_x]), [0, 100])
        axes.plot(ends, ends, color=BLACK, linestyle=":", linewidth=1, label="predicted = requested")
        look = {"s": 10, "alpha": 0.5, "linewidths": 0.8}
        axes.scatter(real_x, real_y, color=BLUE, marker="o", label="real test images", **look)
        axes.scatter(x, y, color=ORANGE, marker="x", label="generated images", **look)
        tidy(axes, name, "true value (real), requested value (generated)", "predicted by the regressor")
    panels[0].legend(frameon=False, fontsize=8)
    figure.suptitle(title, fontsize=11)
    return figure
