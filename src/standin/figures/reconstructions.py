"""Test images and their reconstructions, with predicted classes."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

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
    shown, height, width, channels = lines[0][1].shape
    rows = -(-shown // COLUMNS) * len(lines)
    pitch, above, gap = -(-3 * height // 2), height // 2, -(-width // 8)  # class names need room above each image
    sheet = np.full((rows * pitch, COLUMNS * (width + gap), channels), 255, np.uint8)
    figure = new_figure(0.62 * COLUMNS + 0.8, 0.86 * rows + 0.4)
    axes = figure.subplots()
    for i, (line, (_, images, classes)) in itertools.product(range(shown), enumerate(lines)):
        block, column = divmod(i, COLUMNS)
        x, y, wrong = column * (width + gap), (block * len(lines) + line) * pitch + above, classes[i] != labels[i]
        sheet[y : y + height, x : x + width] = images[i]
        look: dict[str, Any] = {"color": RED, "fontweight": "bold"} if wrong else {}
        axes.text(x + (width - 1) / 2, y - 1, class_names[classes[i]], fontsize=8, ha="center", va="bottom", **look)
        if wrong:
            axes.add_patch(
                Rectangle((x - 0.5, y - 0.5), width, height, fill=False, edgecolor=RED, linewidth=2, clip_on=False)
            )
    show(axes, sheet, row_names=[lines[row % len(lines)][0] for row in range(rows)])
    axes.tick_params(labelsize=8)
    axes.set_aspect("auto")
    figure.suptitle(title, fontsize=11)
    return figure
