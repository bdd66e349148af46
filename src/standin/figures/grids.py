"""Grids of images."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from standin.core.images import to_uint8
from standin.figures.style import RED, new_figure


class Pairs(NamedTuple):
    """Two rows of images, (n, height, width, channels) each, to compare image by image."""

    title: str
    upper: np.ndarray
    lower: np.ndarray


def tile(images: np.ndarray, columns: int) -> np.ndarray:
    """Tiles images in reading order, separated by white lines of one pixel.

    Args:
        images: (n, height, width, channels) uint8, or float32 in [-1, 1].
        columns: images per row; the last row is filled with white.

    Returns:
        (rows * (height + 1) - 1, columns * (width + 1) - 1, channels) uint8.
    """
    images = to_uint8(images)
    n, height, width, channels = images.shape
    rows = -(-n // columns)
    sheet = np.full((rows, columns, height + 1, width + 1, channels), 255, np.uint8)
    sheet.reshape(rows * columns, height + 1, width + 1, channels)[:n, :height, :width] = images
    return sheet.swapaxes(1, 2).reshape(rows * (height + 1), columns * (width + 1), channels)[:-1, :-1]


def image_grid(images: np.ndarray, columns: int, title: str = "") -> Figure:
    """One grid. Args as for `tile`."""
    return marked_grid(images, np.zeros(len(images), bool), columns, title)


def grids_by_epoch(snapshots: Mapping[int, np.ndarray], title: str, columns: int = 8, max_images: int = 40) -> Figure:
    """The same latents at each snapshot epoch, side by side.

    Args:
        snapshots: epoch -> (n, height, width, channels) uint8; epoch 0 stands for a model without epochs.
    """
    epochs = sorted(snapshots)
    across = min(len(epochs), 4)
    down = -(-len(epochs) // across)
    rows = -(-min(len(snapshots[epochs[0]]), max_images) // columns)
    figure = new_figure(2.9 * across, (2.9 * rows / columns + 0.3) * down + 0.3)
    panels = np.ravel(figure.subplots(down, across, squeeze=False))
    for axes in panels[len(epochs) :]:
        axes.set_axis_off()
    for axes, epoch in zip(panels, epochs, strict=False):
        show(axes, tile(snapshots[epoch][:max_images], columns), f"epoch {epoch}" if epoch else "")
    figure.suptitle(title, fontsize=11)
    return figure


def rows_by_class(
    images: np.ndarray, labels: np.ndarray, class_names: Sequence[str], columns: int, title: str
) -> Figure:
    """The first `columns` images of each class, one row per class; missing images stay white."""
    images = to_uint8(images)
    shape = (columns, *images.shape[1:])
    sheet = np.full((len(class_names), *shape), 255, np.uint8)
    for c in range(len(class_names)):
        of_class = images[labels == c][:columns]
        sheet[c, : len(of_class)] = of_class
    figure = new_figure(0.45 * columns + 1.0, 0.45 * len(class_names) + 0.3)
    show(figure.subplots(), tile(sheet.reshape(-1, *images.shape[1:]), columns), title, class_names)
    return figure


def paired_rows(blocks: Sequence[Pairs], names: tuple[str, str], title: str) -> Figure:
    """Blocks of two rows of images, one block below the other, each with its title.

    Args:
        blocks: all with equally many images per row.
        names: of the upper and the lower row.
    """
    columns = len(blocks[0].upper)
    figure = new_figure(0.8 * columns + 0.7, 2.0 * len(blocks) + 0.35)
    for axes, block in zip(np.ravel(figure.subplots(len(blocks), 1, squeeze=False)), blocks, strict=True):
        show(axes, tile(np.concatenate([block.upper, block.lower]), columns), block.title, names)
    figure.suptitle(title, fontsize=11)
    return figure


def show(axes: Axes, sheet: np.ndarray, title: str = "", row_names: Sequence[str] = ()) -> None:
    """Draws one tiled sheet without frame or tick marks.

    Args:
        row_names: of all rows of images, at the left.
    """
    axes.imshow(sheet.squeeze(-1) if sheet.shape[-1] == 1 else sheet, cmap="gray", vmin=0, vmax=255)
    height = (len(sheet) + 1) / max(1, len(row_names))
    axes.set_xticks([])
    axes.set_yticks([(row + 0.5) * height - 1 for row in range(len(row_names))], row_names)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    if title:
        axes.set_title(title, fontsize=10)


def marked_grid(images: np.ndarray, marked: np.ndarray, columns: int, title: str) -> Figure:
    """One grid in which some images, `marked` (n,) bool, are framed."""
    rows = -(-len(images) // columns)
    figure = new_figure(0.45 * columns, 0.45 * rows + 0.3)
    axes = figure.subplots()
    show(axes, tile(images, columns), title)
    height, width = images.shape[1] + 1, images.shape[2] + 1
    for place in np.flatnonzero(marked):
        corner = (place % columns * width - 1, place // columns * height - 1)
        axes.add_patch(Rectangle(corner, width, height, fill=False, edgecolor=RED, linewidth=1.5))
    return figure
