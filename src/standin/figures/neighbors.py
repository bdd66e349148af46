"""Generated images, each above the training image that is nearest to it."""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from standin.figures.grids import show, tile
from standin.figures.style import new_figure


class Pairs(NamedTuple):
    """A strip of generated images and of their nearest training images, (n, height, width, channels) each."""

    title: str
    generated: np.ndarray
    nearest: np.ndarray


def nearest_images(strips: list[Pairs], title: str) -> Figure:
    """The strips, one below the other, all of as many pairs; in each, generated images stand above training ones."""
    columns = len(strips[0].generated)
    figure = new_figure(0.62 * columns + 1.0, 1.75 * len(strips) + 0.4)
    panels = np.ravel(figure.subplots(len(strips), 1, squeeze=False))
    for axes, strip in zip(panels, strips, strict=True):
        show(axes, tile(np.concatenate([strip.generated, strip.nearest]), columns), strip.title)
        height = strip.generated.shape[1] + 1
        axes.set_axis_on()
        axes.set_xticks([])
        axes.set_yticks([height / 2 - 1, 1.5 * height - 1], ["generated", "nearest\ntraining image"])
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
    figure.suptitle(title, fontsize=11)
    return figure
