"""Curves: losses of generative models by epoch, and the training of classifiers by optimiser step."""

import math
from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from standin.figures.style import ARM_COLOURS, BLACK, CYCLE, new_figure, tidy

PROBABILITIES = {"discriminator_on_real": "D(x), real", "discriminator_on_generated": "D(G(z)), generated"}


def loss_curves(history: pd.DataFrame, title: str) -> Figure:
    """Each player's loss by epoch; beside it, for adversarial models, the discriminator's mean outputs, which tend to
    1/2 in theory.

    Args:
        history: columns `epoch` and one a loss; no rows for a model without gradient training.
    """
    names = [name for name in history.columns if name != "epoch" and name not in PROBABILITIES]
    outputs = [name for name in history.columns if name in PROBABILITIES]
    figure = new_figure(9.0 if outputs else 5.5, 3.2)
    panels = figure.subplots(1, 2 if outputs else 1, squeeze=False)[0]
    tidy(panels[0], title, "epoch", "mean loss over the epoch")
    if not names:
        panels[0].text(
            0.5, 0.5, "fitted in closed form:\nthere is no loss curve", ha="center", transform=panels[0].transAxes
        )
        panels[0].set(xticks=[], yticks=[])
        return figure
    for name, colour in zip(names, CYCLE, strict=False):
        panels[0].plot(
            history["epoch"], history[name], label=name.replace("_", " "), color=colour, marker=_marker(history)
        )
    panels[0].legend(frameon=False, fontsize=8)
    if outputs:
        tidy(panels[1], "discriminator's mean output", "epoch", "probability of being real")
        panels[1].axhline(0.5, color=BLACK, linestyle=":", linewidth=1, label="1/2: cannot tell")
        for name, colour in zip(outputs, CYCLE, strict=False):
            panels[1].plot(
                history["epoch"], history[name], label=PROBABILITIES[name], color=colour, marker=_marker(history)
            )
        panels[1].set_ylim(0, 1)
        panels[1].legend(frameon=False, fontsize=8)
    return figure


def classifier_curves(curves: Mapping[str, pd.DataFrame], title: str) -> Figure:
    """Training loss and training accuracy by optimiser step, one line an arm (the mean over classifier seeds).

    Args:
        curves: arm -> columns `classifier_seed`, `step`, `loss`, `accuracy`.
    """
    figure = new_figure(9.0, 3.2)
    left, right = figure.subplots(1, 2)
    for arm, curve in curves.items():
        mean = curve.groupby("step", as_index=False)[["loss", "accuracy"]].mean()
        colour = ARM_COLOURS.get(arm)
        left.plot(mean["step"], mean["loss"], label=arm, color=colour, marker=_marker(mean))
        right.plot(mean["step"], 100 * mean["accuracy"], label=arm, color=colour, marker=_marker(mean))
    tidy(left, title, "optimiser step", "training loss")
    tidy(right, "on the rows each was trained on", "optimiser step", "training accuracy, %")
    left.legend(frameon=False, fontsize=8)
    return figure


def _marker(table: pd.DataFrame) -> str:
    return "o" if len(table) == 1 else ""


def nice_floor(value: float, step: float) -> float:
    """The largest multiple of `step` that is not above `value`."""
    return math.floor(value / step) * step
