"""Test images and their reconstructions, with predicted classes."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from standin.core.images import to_uint8
from standin.figures.grids import show
from standin.figures.style import RED, new_figure

COLUMNS = 15


def reconstructions_by_epoch(
    originals: np.ndarray,
    labels: np.ndarray,
    reconstructions: Mapping[int, np.ndarray],
    predicted: Mapping[int, np.ndarray],
    originals_predicted: np.ndarray,
    class_names: Sequence[str],
    title: str,
) -> Figure:
    """Blocks of one row of originals and one row of reconstructions per epoch, each image under its predicted class and
    framed if that is wrong.

    Args:
        originals: (n, height, width, channels) uint8, or float32 in [-1, 1].
        labels: (n,) true classes.
        reconstructions: epoch -> images as `originals`; epoch 0 stands for the end of training.
        predicted: epoch -> (n,) predicted classes of the reconstructions.
        originals_predicted: (n,) predicted classes of the originals.
    """
    lines = [("test image", to_uint8(originals), originals_predicted)]
    for epoch in sorted(reconstructions):
        lines.append((f"epoch {epoch}" if epoch else "at the end", reconstructions[epoch], predicted[epoch]))
    blocks = -(-len(originals) // COLUMNS)
    figure = new_figure(0.62 * COLUMNS + 0.8, 0.86 * len(lines) * blocks + 0.4)
    panels = figure.subplots(len(lines) * blocks, COLUMNS, squeeze=False)
    for axes in panels.ravel():
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    for i, label in enumerate(labels[: len(originals)]):
        block, column = divmod(i, COLUMNS)
        for line, (_, images, classes) in enumerate(lines):
            axes, wrong = panels[block * len(lines) + line, column], classes[i] != label
            show(axes, images[i])
            look = {"color": RED, "fontweight": "bold"} if wrong else {}
            axes.set_title(class_names[classes[i]], fontsize=8, pad=2, **look)
            axes.spines[:].set(visible=wrong, color=RED, linewidth=2)
    for row, axes in enumerate(panels[:, 0]):
        axes.set_ylabel(lines[row % len(lines)][0], fontsize=8)
    figure.suptitle(title, fontsize=11)
    return figure
