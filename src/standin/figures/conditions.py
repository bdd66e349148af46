"""Pictures of images that were asked for by real numbers."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from standin.figures.grids import show, tile
from standin.figures.style import BLACK, BLUE, ORANGE, new_figure, tidy


def asked_and_read(
    asked: np.ndarray,
    read: np.ndarray,
    real: np.ndarray,
    real_read: np.ndarray,
    names: Sequence[str],
    title: str,
) -> Figure:
    """What the regressor reads against what was asked for: one panel a condition, real rows behind generated ones.

    Args:
        asked, read: (n, conditions) of generated rows.
        real, real_read: (m, conditions) of real rows: their own values, and what is read from them.
        names: of the conditions.
    """
    figure = new_figure(4.2 * len(names), 4.2)
    panels = figure.subplots(1, len(names), squeeze=False)[0]
    for column, (axes, name) in enumerate(zip(panels, names, strict=True)):
        ends = np.percentile(np.concatenate([asked[:, column], real[:, column]]), [0, 100])
        axes.plot(ends, ends, color=BLACK, linestyle=":", linewidth=1, label="as asked")
        for values, seen, color, marker, label in (
            (real, real_read, BLUE, "o", "real test rows"),
            (asked, read, ORANGE, "x", "generated rows"),
        ):
            axes.scatter(
                values[:, column],
                seen[:, column],
                s=10,
                color=color,
                marker=marker,
                alpha=0.5,
                linewidths=0.8,
                label=label,
            )
        tidy(axes, name, "its own value, or what was asked for", "read from the image")
    panels[0].legend(frameon=False, fontsize=8)
    figure.suptitle(title, fontsize=11)
    return figure


def real_beside_generated(
    real: Sequence[np.ndarray], generated: Sequence[np.ndarray], questions: Sequence[str], title: str
) -> Figure:
    """For each question two rows: the real images that come nearest to it, and generated ones.

    Args:
        real, generated: for each question (n, height, width, channels); the same n everywhere.
        questions: what was asked, in words.
    """
    columns = len(real[0])
    figure = new_figure(0.95 * columns + 0.4, 2.35 * len(questions) + 0.3)
    panels = figure.subplots(len(questions), 1, squeeze=False)[:, 0]
    for axes, above, below, question in zip(panels, real, generated, questions, strict=True):
        show(axes, tile(np.concatenate([above, below]), columns), question)
        height = above.shape[1] + 1
        axes.set_axis_on()
        axes.set_xticks([])
        axes.set_yticks([0.5 * height, 1.5 * height], ["real", "generated"])
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    figure.suptitle(title, fontsize=11)
    return figure
