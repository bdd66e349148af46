"""Accuracy on real test images, by what the classifier was trained on."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from standin.experiments.arms import arm_of, label_of
from standin.figures.style import BLACK, floor_percent, new_figure, percentages, tidy

LINE = 0.34
"""Height of a line with one seed, inches."""
SEED = 0.1
"""Height that each further seed adds, inches."""


def accuracy_intervals(accuracy: pd.DataFrame, title: str) -> Figure:
    """One line per arm and generative model, with a point and its interval for each seed and their mean at the right; a
    dotted line marks training on real images."""
    table = accuracy.fillna({"generative_model": ""})
    lines = list(table.groupby(["generative_model", "arm"], sort=False))[::-1]
    heights = [1 + SEED / LINE * (len(runs) - 1) for _, runs in lines]
    places = np.cumsum(heights) - np.divide(heights, 2)
    figure = new_figure(8.5, LINE * sum(heights) + 1.1)
    axes = figure.subplots()
    real = accuracy.loc[accuracy["arm"] == "real", "accuracy"]
    if len(real):
        axes.axvline(100 * real.mean(), color=BLACK, linestyle=":", linewidth=1)
    labels = []
    for place, (key, runs) in zip(places, lines, strict=True):
        model, arm = map(str, key)
        percent, reach = percentages(runs)
        spread = 0.15 / LINE * (np.arange(len(runs))[::-1] - (len(runs) - 1) / 2)  # the first seed on top
        axes.errorbar(percent, place + spread, xerr=reach, fmt="o", capsize=3, color=arm_of(arm).color)
        mean = f"{percent.mean():.1f}" + (f", mean of {len(runs)}" if len(runs) > 1 else "")
        axes.annotate(mean, (1, place), xycoords=("axes fraction", "data"), va="center", fontsize=8)
        labels.append(f"{arm}   {model}{': ' if model else ''}{label_of(arm)}")
    axes.set_yticks(places, labels, fontsize=8)
    axes.set_ylim(0, sum(heights))
    axes.set_xlim(floor_percent(table), 100.5)
    tidy(axes, f"{title}: accuracy by training images", "accuracy on real test images, %", "")
    return figure


def accuracy_by_epochs(accuracy: pd.DataFrame, title: str) -> Figure:
    """Accuracy on test images by the classifier's epochs, trained on generated and on real images.

    Args:
        accuracy: columns `trained_on`, `epochs`, `accuracy`, `accuracy_low`, `accuracy_high`.
    """
    figure = new_figure(6.5, 3.4)
    axes = figure.subplots()
    for trained_on, runs in accuracy.groupby("trained_on"):
        percent, reach = percentages(runs)
        color = arm_of("real" if trained_on == "real" else "synthetic").color
        label = f"{trained_on} images"
        axes.errorbar(runs["epochs"], percent, yerr=reach, marker="o", capsize=3, color=color, label=label)
    axes.set_xscale("log")
    ticks = sorted(accuracy["epochs"].unique())
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set_ylim(floor_percent(accuracy))
    tidy(axes, f"{title}: few images, many epochs", "epochs of the classifier", "accuracy on real test images, %")
    axes.legend(frameon=False, fontsize=9, loc="best")
    return figure
