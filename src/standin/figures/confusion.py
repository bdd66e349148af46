"""Confusion matrices side by side: what each arm's classifier makes of each class of the test rows."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from standin.figures.style import new_figure


def confusion_matrices(matrices: Mapping[str, np.ndarray], class_names: Sequence[str], title: str) -> Figure:
    """Each row sums to 100: the share of a class's test rows that were called each class.

    Args:
        matrices: arm -> (classes, classes) counts, true class by row.
    """
    classes = len(class_names)
    side = max(3.6, 0.42 * classes)
    figure = new_figure(side * len(matrices) + 0.6, side + 0.7)
    panels = figure.subplots(1, len(matrices), squeeze=False)[0]
    for axes, (arm, counts) in zip(panels, matrices.items(), strict=True):
        share = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        picture = axes.imshow(share, cmap="Blues", vmin=0, vmax=100)
        axes.set_title(f"trained on {arm}", fontsize=10)
        rotation = 0 if max(map(len, class_names)) <= 2 else 60
        axes.set_xticks(range(classes), class_names, rotation=rotation, fontsize=8)
        axes.set_yticks(range(classes), class_names, fontsize=8)
        axes.set_xlabel("called")
        axes.set_ylabel("true class")
        if classes <= 20:
            for i in range(classes):
                for j in range(classes):
                    if share[i, j] >= 0.5:
                        ink = "white" if share[i, j] > 55 else "black"
                        axes.text(j, i, f"{share[i, j]:.0f}", ha="center", va="center", fontsize=7, color=ink)
    figure.colorbar(picture, ax=panels.tolist(), shrink=0.8, label="% of the true class")
    figure.suptitle(title, fontsize=11)
    return figure
