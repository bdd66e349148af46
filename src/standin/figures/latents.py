"""A two-dimensional latent space: encoded test images, and decoded latents."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from standin.figures.grids import show, tile
from standin.figures.style import BLACK, CYCLE, MARKERS, YELLOW, new_figure, tidy

MAX_PANELS = 4
COLORS = (*CYCLE, YELLOW, BLACK)


def latent_scatter(
    codes: Mapping[int, np.ndarray], labels: np.ndarray, class_names: Sequence[str], title: str
) -> Figure:
    """Encoded test images: color and shape show the class, and its name is at the median of its points.

    Args:
        codes: epoch -> (n, 2) latents; only the last four epochs are shown.
    """
    epochs = sorted(codes)[-MAX_PANELS:]
    figure = new_figure(4.0 * len(epochs) + 0.4, 4.2)
    panels = figure.subplots(1, len(epochs), squeeze=False)[0]
    for axes, epoch in zip(panels, epochs, strict=True):
        for c, name in enumerate(class_names):
            points = codes[epoch][labels == c]
            turn, color = divmod(c, len(COLORS))
            look = {"color": COLORS[color], "marker": MARKERS[turn % len(MARKERS)], "alpha": 0.35, "linewidths": 0}
            size = np.clip(20_000 / len(labels), 2, 20) * (1 + 2 * bool(turn))
            axes.scatter(points[:, 0], points[:, 1], s=size, rasterized=True, **look)
            x, y = np.median(points, axis=0)
            outline = [withStroke(linewidth=3, foreground="white")]
            axes.text(x, y, name, fontsize=11, fontweight="bold", ha="center", va="center", path_effects=outline)
        tidy(axes, f"epoch {epoch}" if epoch else "at the end", "first latent", "second latent")
        # A few outliers would squeeze the others.
        low, high = np.percentile(codes[epoch], [0.2, 99.8], axis=0) + np.array([[-1e-3], [1e-3]])
        axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    figure.suptitle(title, fontsize=11)
    return figure


def manifold(images: np.ndarray, side: int, reach: float, title: str) -> Figure:
    """Images decoded from a regular grid of latents, the first latent along x, the second along y.

    Args:
        images: (side * side, height, width, channels) uint8, row by row from the top.
        side: images per row.
        reach: the grid covers [-reach, reach] in both latents.
    """
    figure = new_figure(7.0, 7.2)
    axes = figure.subplots()
    sheet = tile(images, side)
    show(axes, sheet, title)
    marks = np.linspace(-reach, reach, 5)
    for axis, length, values in ((axes.xaxis, sheet.shape[1], marks), (axes.yaxis, sheet.shape[0], marks[::-1])):
        axis.set_ticks(np.linspace(0, length - 1, 5), [f"{value:g}" for value in values])
    axes.set_xlabel("first latent")
    axes.set_ylabel("second latent")
    return figure
