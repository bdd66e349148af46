"""Curves: losses of generative models by epoch, and the training of classifiers by optimizer step."""

import math
from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from standin.experiments.arms import arm_of
from standin.figures.style import BLACK, CYCLE, new_figure, tidy

PROBABILITIES = {"discriminator_on_real": "D(x), real", "discriminator_on_generated": "D(G(z)), generated"}
INFORMATION = "information_"
STYLES = ("-", "--", "-.", ":")


def loss_curves(history: pd.DataFrame, title: str) -> Figure:
    """Each player's loss by epoch; beside it, for adversarial models, the discriminator's mean outputs, which tend to
    1/2 in theory, and for models with codes what images say about them.

    Args:
        history: columns `epoch` and one a loss; no rows for a model without gradient training.
    """
    outputs = [name for name in history.columns if name in PROBABILITIES]
    information = [name for name in history.columns if name.startswith(INFORMATION)]
    losses = [name for name in history.columns if name not in ("epoch", *outputs, *information)]
    wide = 1 + bool(outputs) + bool(information)
    figure = new_figure(1.0 + 4.2 * wide, 3.2)
    panels = list(figure.subplots(1, wide, squeeze=False)[0])
    figure.suptitle(title, fontsize=11)
    first = panels.pop(0)
    tidy(first, "losses", "epoch", "mean loss over the epoch")
    if not losses:
        first.text(0.5, 0.5, "fitted in closed form:\nthere is no loss curve", ha="center", transform=first.transAxes)
        first.set(xticks=[], yticks=[])
        return figure
    _draw(first, history, {name: name.replace("_", " ") for name in losses})
    if outputs:
        panel = panels.pop(0)
        tidy(panel, "discriminator's mean output", "epoch", "probability of being real")
        panel.axhline(0.5, color=BLACK, linestyle=":", linewidth=1, label="1/2: cannot tell")
        panel.set_ylim(0, 1)
        _draw(panel, history, {name: PROBABILITIES[name] for name in outputs})
    if information:
        panel = panels.pop(0)
        tidy(panel, "information", "epoch", "nats")
        _draw(panel, history, {name: name.removeprefix(INFORMATION).replace("_", " ") for name in information})
    return figure


def _draw(axes: Axes, history: pd.DataFrame, labels: Mapping[str, str]) -> None:
    for (name, label), own in zip(labels.items(), CYCLE, strict=False):
        axes.plot(history["epoch"], history[name], label=label, color=own, marker=_marker(history))
    axes.legend(frameon=True, framealpha=0.8, edgecolor="none", fontsize=8)


def classifier_curves(curves: Mapping[str, pd.DataFrame], title: str) -> Figure:
    """Training loss and training accuracy by optimizer step, one line an arm (the mean over classifier seeds).

    Args:
        curves: arm -> columns `classifier_seed`, `step`, `loss`, `accuracy`.
    """
    figure = new_figure(10.0, 3.2)
    left, right = figure.subplots(1, 2)
    for number, (arm, curve) in enumerate(curves.items()):
        style = STYLES[number % len(STYLES)]  # colors alone are not for everybody, nor for gray paper
        mean = curve.groupby("step", as_index=False)[["loss", "accuracy"]].mean()
        left.plot(mean["step"], mean["loss"], style, label=arm, color=arm_of(arm).color, marker=_marker(mean))
        right.plot(
            mean["step"], 100 * mean["accuracy"], style, label=arm, color=arm_of(arm).color, marker=_marker(mean)
        )
    figure.suptitle(title, fontsize=11)
    tidy(left, "loss", "optimizer step", "training loss")
    tidy(right, "on the rows each was trained on", "optimizer step", "training accuracy, %")
    right.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def _marker(table: pd.DataFrame) -> str:
    return "o" if len(table) == 1 else ""


def nice_floor(value: float, step: float) -> float:
    """The largest multiple of `step` that is not above `value`."""
    return math.floor(value / step) * step
