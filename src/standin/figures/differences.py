"""Gains and losses of arms compared with real images, with intervals."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from standin.figures.style import BLACK, BLUE, RED, new_figure, tidy

LINEAR = 5
"""The axis is linear up to this many margins (or percentage points, if that is more), and logarithmic beyond."""
TICKS = (1, 2, 5, 10, 20, 50, 100)
GRAY = "#666666"
OF_ANSWER = {"yes": (BLUE, "o"), "undecided": (GRAY, "D"), "no": (RED, "s")}
"""Answer -> color and shape, so that neither alone carries the meaning."""
HALF = 0.34
"""Half of the height of a limit's mark, in lines."""


class Line(NamedTuple):
    """One difference and its interval, percentage points.

    Attributes:
        label: at the left.
        answer: `yes`, `no` or `undecided`, at the right.
        limit: the difference that the whole interval has to exceed for a yes.
    """

    label: str
    pp: float
    low: float
    high: float
    answer: str
    limit: float


def difference_intervals(lines: Sequence[Line], title: str, decimals: int = 2) -> Figure:
    """One line per difference, with its interval, its value, its answer, and the limit of a yes. All intervals are
    shown completely: far from zero, the axis is logarithmic.

    Args:
        lines: from top to bottom.
        decimals: of the values.
    """
    lines = lines[::-1]
    figure = new_figure(8.5, 0.34 * len(lines) + 1.3)
    axes = figure.subplots()
    axes.axvline(0, color=BLACK, linestyle=":", linewidth=1)
    for y, line in enumerate(lines):
        color, marker = OF_ANSWER[line.answer]
        reach = [[line.pp - line.low], [line.high - line.pp]]
        axes.errorbar(line.pp, y, xerr=reach, fmt=marker, capsize=3, color=color, markersize=5)
        axes.plot([line.limit] * 2, [y - HALF, y + HALF], color=BLACK, linestyle="--", linewidth=1)
        value = f"{line.pp:+.{decimals}f}   {line.answer}"
        axes.annotate(value, (1.01, y), xycoords=("axes fraction", "data"), va="center", fontsize=8)
    axes.set_yticks(range(len(lines)), [line.label for line in lines], fontsize=8)
    axes.set_ylim(-0.7, len(lines) - 0.3)
    logarithmic = _scale(axes, lines)
    label = "percentage points gained or lost compared with training on real images"
    tidy(axes, title, f"{label}{logarithmic}", "")
    _legend(figure, axes)
    return figure


def _scale(axes: Axes, lines: Sequence[Line]) -> str:
    """Fits the axis to all intervals; returns a remark for its label if it is logarithmic beyond a value."""
    edge = LINEAR * max(1.0, *(abs(line.limit) for line in lines))
    ends = [0.0, *(end for line in lines for end in (line.low, line.high, line.limit))]
    low, high = min(ends), max(ends)
    if max(-low, high) <= edge:
        pad = 0.06 * (high - low)
        axes.set_xlim(low - pad, high + pad)
        return ""
    axes.set_xscale("symlog", linthresh=edge, linscale=2)
    axes.set_xlim(1.25 * low if low < -edge else low - 0.5, 1.25 * high if high > edge else high + 0.5)
    axes.xaxis.set_major_locator(FixedLocator([sign * tick for tick in TICKS for sign in (-1, 1)] + [0]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    return f" (logarithmic beyond {edge:g})"


def _legend(figure: Figure, axes: Axes) -> None:
    marks = [
        Line2D([], [], color=color, marker=marker, linestyle="", markersize=5, label=answer)
        for answer, (color, marker) in OF_ANSWER.items()
    ]
    marks.append(Line2D([], [], color=BLACK, linestyle="--", linewidth=1, label="limit of a yes"))
    marks.append(Line2D([], [], color=BLACK, linestyle=":", linewidth=1, label="as accurate as real images"))
    figure.legend(handles=marks, frameon=False, fontsize=8, loc="outside lower center", ncols=len(marks))
