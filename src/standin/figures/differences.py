"""The picture of the verdict: what each arm gains or loses against real images, with its interval."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from standin.experiments.arms import arm_of
from standin.figures.style import BLACK, new_figure, tidy

MARGINS_SHOWN = 5
"""What lies farther than so many margins (or points, where a margin is less) from 0 is named at the edge."""


def difference_intervals(verdict: Mapping[str, Any], title: str, decimals: int = 2) -> Figure:
    """A line for each generative model and arm: its difference from arm real in points, with its interval, and at the
    right in figures. Lines mark no change and the loss that is allowed.

    Args:
        verdict: as the judge left it.
        decimals: of the figures.
    """
    lines = [
        (model, arm, found)
        for model, judged in verdict["generative_models"].items()
        for question in ("replace", "extend")
        if judged[question]
        for arm, found in judged[question]["by_arm"].items()
    ][::-1]
    figure = new_figure(8.5, 0.34 * len(lines) + 1.2)
    axes = figure.subplots()
    margin = verdict["margins"]["replace_margin"]
    edge = MARGINS_SHOWN * max(1.0, margin, verdict["margins"]["extend_margin"])
    axes.axvline(0, color=BLACK, linestyle=":", linewidth=1, label="as real images alone")
    axes.axvline(-margin, color=BLACK, linestyle="--", linewidth=1, label="the loss that replacing allows")
    for y, (_, arm, found) in enumerate(lines):
        _draw(axes, y, found, edge, arm_of(arm).color)
        said = f"{found['points']:+.{decimals}f}   {found['answer']}"
        axes.annotate(said, (1.01, y), xycoords=("axes fraction", "data"), va="center", fontsize=8)
    axes.set_yticks(range(len(lines)), [f"{arm}   {model}" for model, arm, _ in lines], fontsize=8)
    axes.set_ylim(-0.7, len(lines) - 0.3)
    ends = [max(-edge, min(edge, found[end])) for _, _, found in lines for end in ("low", "high")]
    axes.set_xlim(min(-1.5 * margin, *ends) - 0.3, max(0.7, *ends) + 0.3)
    tidy(axes, title, "points gained (right) or lost (left) against training on real images alone", "")
    axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(0, -0.6 / figure.get_figheight()), ncols=2)
    return figure


def _draw(axes: Axes, y: int, found: Mapping[str, Any], edge: float, own: str) -> None:
    points, low, high = (found[part] for part in ("points", "low", "high"))
    if abs(points) > edge:
        axes.plot(edge if points > 0 else -edge, y, marker=">" if points > 0 else "<", color=own)
    else:
        axes.errorbar(points, y, xerr=[[points - low], [high - points]], fmt="o", capsize=3, color=own)
