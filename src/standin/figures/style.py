"""What all figures share: a color-blind-safe palette (Okabe and Ito 2008) and the look of axes.

Figures are made without `pyplot`, whose hidden current figure is shared by everything in a process.
"""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

BLUE, ORANGE, GREEN, PINK, SKY, RED, YELLOW, BLACK = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#F0E442",
    "#000000",
)
CYCLE = (BLUE, ORANGE, GREEN, PINK, RED, SKY)
MARKERS = "o^sDv"
"""A shape for each round through the colors, where there are more classes than colors."""


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of this size in inches."""
    return Figure(figsize=(width, height), layout="constrained")


def tidy(axes: Axes, title: str, x: str, y: str) -> None:
    """Title, axis labels, light grid, no upper and right frame; epochs and steps are whole numbers."""
    if x in ("epoch", "optimizer step"):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.3, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
