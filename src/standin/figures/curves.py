"""Training curves: of generative models by epoch, and of classifiers by optimizer step."""

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
    """Each player's loss by epoch; of adversarial models also the discriminator's mean outputs, which tend to 1/2 in
    theory, and of models with codes their mutual information with the images.

    Args:
        history: columns `epoch` and one per loss; empty for a model without gradient training.
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
        first.text(0.5, 0.5, "fitted in closed form:\nno losses", ha="center", transform=first.transAxes)
        first.set(xticks=[], yticks=[])
        return figure
    _draw(first, history, {name: name.replace("_", " ") for name in losses})
    if outputs:
        panel = panels.pop(0)
        tidy(panel, "discriminator outputs", "epoch", "mean probability of being real")
        panel.axhline(0.5, color=BLACK, linestyle=":", linewidth=1, label="1/2: chance")
        panel.set_ylim(0, 1)
        _draw(panel, history, {name: PROBABILITIES[name] for name in outputs})
    if information:
        panel = panels.pop(0)
        tidy(panel, "mutual information", "epoch", "nats")
        _draw(panel, history, {name: name.removeprefix(INFORMATION).replace("_", " ") for name in information})
    return figure


def _draw(axes: Axes, history: pd.DataFrame, labels: Mapping[str, str]) -> None:
    for (name, label), color in zip(labels.items(), CYCLE, strict=False):
        axes.plot(history["epoch"], history[name], label=label, color=color, marker=_marker(history))
    axes.legend(frameon=True, framealpha=0.8, edgecolor="none", fontsize=8)


def classifier_curves(curves: Mapping[str, pd.DataFrame], title: str) -> Figure:
    """Training loss and training accuracy by optimizer step, one line per arm (the mean over classifier seeds).

    Args:
        curves: arm -> columns `classifier_seed`, `step`, `loss`, `accuracy`.
    """
    figure = new_figure(10.0, 3.2)
    left, right = figure.subplots(1, 2)
    for number, (arm, curve) in enumerate(curves.items()):
        mean = curve.groupby("step", as_index=False)[["loss", "accuracy"]].mean()
        style = STYLES[number % len(STYLES)]  # colors alone exclude some readers, and gray prints
        look = {"linestyle": style, "label": arm, "color": arm_of(arm).color, "marker": _marker(mean)}
        left.plot(mean["step"], mean["loss"], **look)
        right.plot(mean["step"], 100 * mean["accuracy"], **look)
    figure.suptitle(title, fontsize=11)
    tidy(left, "loss", "optimizer step", "training loss")
    tidy(right, "accuracy on the training images", "optimizer step", "training accuracy, %")
    right.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def _marker(table: pd.DataFrame) -> str:
    return "o" if len(table) == 1 else ""
