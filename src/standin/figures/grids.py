"""Grids of images."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from standin.core.images import to_uint8
from standin.figures.style import RED, new_figure


def tile(images: np.ndarray, columns: int) -> np.ndarray:
    """Puts images side by side with one white pixel between.

    Args:
        images: (n, height, width, channels) uint8, or float32 in [-1, 1].
        columns: images a row; the last row is filled up with white.

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
    rows = -(-len(images) // columns)
    figure = new_figure(0.45 * columns, 0.45 * rows + 0.3)
    show(figure.subplots(), tile(images, columns), title)
    return figure


def grids_by_epoch(snapshots: Mapping[int, np.ndarray], title: str, columns: int = 8, most_rows: int = 40) -> Figure:
    """The same latents at each snapshot epoch, side by side.

    Args:
        snapshots: epoch -> (n, height, width, channels) uint8; epoch 0 stands for a model without epochs.
    """
    epochs = sorted(snapshots)
    across = min(len(epochs), 4)
    down = -(-len(epochs) // across)
    rows = -(-min(len(snapshots[epochs[0]]), most_rows) // columns)
    figure = new_figure(2.9 * across, (2.9 * rows / columns + 0.3) * down + 0.3)
    panels = np.ravel(figure.subplots(down, across, squeeze=False))
    for axes in panels[len(epochs) :]:
        axes.set_axis_off()
    for axes, epoch in zip(panels, epochs, strict=False):
        label = f"epoch {epoch}" if epoch else "samples (nothing is trained step by step)"
        show(axes, tile(snapshots[epoch][:most_rows], columns), label if len(epochs) > 1 or epoch else "")
    figure.suptitle(title, fontsize=11)
    return figure


def rows_by_class(
    images: np.ndarray, labels: np.ndarray, class_names: Sequence[str], columns: int, title: str
) -> Figure:
    """The first `columns` images of each class, one class a row; a class without images stays white."""
    images = to_uint8(images)
    shape = (columns, *images.shape[1:])
    sheet = np.full((len(class_names), *shape), 255, np.uint8)
    for c in range(len(class_names)):
        found = images[labels == c][:columns]
        sheet[c, : len(found)] = found
    figure = new_figure(0.45 * columns + 1.0, 0.45 * len(class_names) + 0.3)
    axes = figure.subplots()
    show(axes, tile(sheet.reshape(-1, *images.shape[1:]), columns), title)
    height = images.shape[1] + 1
    axes.set_axis_on()
    axes.set_xticks([])
    axes.set_yticks([(c + 0.5) * height - 1 for c in range(len(class_names))], class_names)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def show(axes: Axes, sheet: np.ndarray, title: str = "") -> None:
    """Draws one tiled sheet without frame or ticks."""
    axes.imshow(sheet.squeeze(-1) if sheet.shape[-1] == 1 else sheet, cmap="gray", vmin=0, vmax=255)
    axes.set_axis_off()
    if title:
        axes.set_title(title, fontsize=10)


def marked_grid(images: np.ndarray, marked: np.ndarray, columns: int, title: str) -> Figure:
    """One grid in which some images are framed.

    Args:
        images: (n, height, width, channels) uint8.
        marked: (n,) which to frame.
    """
    rows = -(-len(images) // columns)
    figure = new_figure(0.45 * columns, 0.45 * rows + 0.3)
    axes = figure.subplots()
    show(axes, tile(images, columns), title)
    height, width = images.shape[1] + 1, images.shape[2] + 1
    for place in np.flatnonzero(marked):
        corner = (place % columns * width - 1, place // columns * height - 1)
        axes.add_patch(Rectangle(corner, width, height, fill=False, edgecolor=RED, linewidth=1.5))
    return figure
