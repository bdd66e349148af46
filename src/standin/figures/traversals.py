"""Latent traversals: images generated from a grid of two codes, with all other inputs fixed."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from standin.figures.grids import show, tile
from standin.figures.style import new_figure


class Traversal(NamedTuple):
    """One grid: images row by row from the top, its title, and the codes along x and y."""

    images: np.ndarray
    title: str
    across: str
    up: str


def traversals(grids: Sequence[Traversal], side: int, reach: float, columns: int, title: str) -> Figure:
    """Several square grids of images.

    Args:
        grids: with `images` of (side * side, height, width, channels).
        side: images per row of a grid.
        reach: codes go from -reach (left, bottom) to reach.
        columns: grids per row.
    """
    rows = -(-len(grids) // columns)
    figure = new_figure(3.1 * columns, 3.3 * rows + 0.3)
    panels = np.ravel(figure.subplots(rows, columns, squeeze=False))
    for axes in panels[len(grids) :]:
        axes.set_axis_off()
    for axes, grid in zip(panels, grids, strict=False):
        sheet = tile(grid.images, side)
        show(axes, sheet, grid.title)
        axes.set_xticks([0, sheet.shape[1] - 1], [f"{-reach:g}", f"{reach:g}"], fontsize=8)
        axes.set_yticks([0, sheet.shape[0] - 1], [f"{reach:g}", f"{-reach:g}"], fontsize=8)
        axes.set_xlabel(grid.across, fontsize=8, labelpad=-8)
        axes.set_ylabel(grid.up, fontsize=8, labelpad=-8)
    figure.suptitle(title, fontsize=11)
    return figure
