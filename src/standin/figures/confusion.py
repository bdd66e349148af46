"""Confusion matrices side by side: the predicted class of each true class, by arm."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from standin.figures.style import new_figure


def confusion_matrices(matrices: Mapping[str, np.ndarray], class_names: Sequence[str], title: str) -> Figure:
    """Each matrix row is in percent of the test images of its true class.

    Args:
        matrices: arm -> (classes, classes) counts, true class by row.
    """
    classes = len(class_names)
    side = max(3.6, 0.42 * classes)
    figure = new_figure(side * len(matrices) + 0.6, side + 0.7)
    panels = figure.subplots(1, len(matrices), squeeze=False)[0]
    for axes, (arm, counts) in zip(panels, matrices.items(), strict=True):
        percent = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        picture = axes.imshow(percent, cmap="Blues", vmin=0, vmax=100)
        axes.set_title(f"trained on {arm}", fontsize=10)
        rotation = 0 if max(map(len, class_names)) <= 2 else 60
        axes.set_xticks(range(classes), class_names, rotation=rotation, fontsize=8)
        axes.set_yticks(range(classes), class_names, fontsize=8)
        axes.set_xlabel("predicted class")
        axes.set_ylabel("true class")
        for i, j in np.argwhere(percent >= 0.5) if classes <= 20 else ():
            color = "white" if percent[i, j] > 55 else "black"
            axes.text(j, i, f"{percent[i, j]:.0f}", ha="center", va="center", fontsize=7, color=color)
    figure.colorbar(picture, ax=panels.tolist(), shrink=0.8, label="% of the true class")
    figure.suptitle(title, fontsize=11)
    return figure
