"""Gains and losses of arms compared with real images, with intervals."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.figure import Figure

from standin.figures.style import BLACK, new_figure, tidy

MARGINS_SHOWN = 5
"""Differences beyond this many margins (or percentage points, if that is more) are arrows at the edge."""


class Line(NamedTuple):
    """One difference and its interval, percentage points, with the label at its left and the answer at its right."""

    label: str
    pp: float
    low: float
    high: float
    answer: str
    color: str


def difference_intervals(
    lines: Sequence[Line], allowed_loss: float, required_gain: float, title: str, decimals: int = 2
) -> Figure:
    """One line per difference, with its interval and its value. Vertical lines mark zero and the allowed loss.

    Args:
        lines: from top to bottom.
        allowed_loss, required_gain: margins of the answers, percentage points.
        decimals: of the values.
    """
    lines = lines[::-1]
    figure = new_figure(8.5, 0.34 * len(lines) + 1.2)
    axes = figure.subplots()
    edge = MARGINS_SHOWN * max(1.0, allowed_loss, required_gain)
    axes.axvline(0, color=BLACK, linestyle=":", linewidth=1, label="as accurate as real images alone")
    axes.axvline(-allowed_loss, color=BLACK, linestyle="--", linewidth=1, label="allowed loss (replace)")
    for y, line in enumerate(lines):
        if abs(line.pp) > edge:
            x, marker = (edge, ">") if line.pp > 0 else (-edge, "<")
            axes.plot(x, y, marker=marker, color=line.color)
        else:
            reach = [[line.pp - line.low], [line.high - line.pp]]
            axes.errorbar(line.pp, y, xerr=reach, fmt="o", capsize=3, color=line.color)
        value = f"{line.pp:+.{decimals}f}   {line.answer}"
        axes.annotate(value, (1.01, y), xycoords=("axes fraction", "data"), va="center", fontsize=8)
    axes.set_yticks(range(len(lines)), [line.label for line in lines], fontsize=8)
    axes.set_ylim(-0.7, len(lines) - 0.3)
    ends = [max(-edge, min(edge, end)) for line in lines for end in (line.low, line.high)]
    axes.set_xlim(min(-1.5 * allowed_loss, *ends) - 0.3, max(0.7, *ends) + 0.3)
    label = "difference in accuracy from real images alone, percentage points"
    tidy(axes, f"{title}: gain or loss compared with real images", label, "")
    axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(0, -0.6 / figure.get_figheight()), ncols=2)
    return figure
