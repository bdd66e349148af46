"""Originals beside their reconstructions, each with the class it is taken for."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from standin.core.images import to_uint8
from standin.figures.style import RED, new_figure

COLUMNS = 15


def reconstructions_by_epoch(
    originals: np.ndarray,
    labels: np.ndarray,
    reconstructions: Mapping[int, np.ndarray],
    called: Mapping[int, np.ndarray],
    originals_called: np.ndarray,
    class_names: Sequence[str],
    title: str,
) -> Figure:
    """Blocks of a row of originals and, below, a row of reconstructions for each epoch, each under the class that it is
    taken for; a wrong call is framed.

    Args:
        originals: (n, height, width, channels) uint8, or float32 in [-1, 1].
        labels: (n,) true classes.
        reconstructions: epoch -> images as `originals`; epoch 0 stands for "at the end".
        called: epoch -> (n,) classes that reconstructions are taken for.
        originals_called: (n,) classes that the originals are taken for.
    """
    originals = to_uint8(originals)
    epochs = sorted(reconstructions)
    blocks = -(-len(originals) // COLUMNS)
    lines = 1 + len(epochs)
    figure = new_figure(0.62 * COLUMNS + 0.8, 0.86 * lines * blocks + 0.4)
    panels = figure.subplots(lines * blocks, COLUMNS, squeeze=False)
    for axes in panels.ravel():
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    for row in range(len(originals)):
        block, column = divmod(row, COLUMNS)
        call = originals_called[row]
        _show(panels[block * lines, column], originals[row], class_names[call], wrong=call != labels[row])
        for line, epoch in enumerate(epochs, start=1):
            call = called[epoch][row]
            axes = panels[block * lines + line, column]
            _show(axes, reconstructions[epoch][row], class_names[call], wrong=call != labels[row])
    for block in range(blocks):
        panels[block * lines, 0].set_ylabel("test row", fontsize=8)
        for line, epoch in enumerate(epochs, start=1):
            panels[block * lines + line, 0].set_ylabel(f"epoch {epoch}" if epoch else "at the end", fontsize=8)
    figure.suptitle(title, fontsize=11)
    return figure


def _show(axes: Axes, image: np.ndarray, name: str, wrong: bool) -> None:
    axes.imshow(image.squeeze(-1) if image.shape[-1] == 1 else image, cmap="gray", vmin=0, vmax=255)
    axes.set_title(name, fontsize=8, pad=2, color=RED if wrong else "black", fontweight="bold" if wrong else "normal")
    axes.spines[:].set(visible=wrong, color=RED, linewidth=2)
