"""The picture of the answer: accuracy on real test rows, by what the classifier was trained on."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from standin.experiments.arms import arm_of, label_of
from standin.figures.curves import nice_floor
from standin.figures.style import BLACK, new_figure, tidy

LINE = 0.34
"""Height of a line with one point, inches."""


def accuracy_intervals(accuracy: pd.DataFrame, title: str) -> Figure:
    """One line for each arm and generative model, with a point and its interval for each seed and, at the right, their
    mean; a dotted line marks training on real images."""
    table = accuracy.fillna({"generative_model": ""})
    lines = list(table.groupby(["generative_model", "arm"], sort=False))[::-1]
    figure = new_figure(8.5, sum(_height(rows) for _, rows in lines) + 1.1)
    axes = figure.subplots()
    real = accuracy.loc[accuracy["arm"] == "real", "accuracy"]
    if len(real):
        axes.axvline(100 * real.mean(), color=BLACK, linestyle=":", linewidth=1)
    places, labels, place = [], [], 0.0
    for (model, arm), rows in ((map(str, key), rows) for key, rows in lines):
        height = _height(rows) / LINE
        places.append(place + height / 2)
        place += height
        middle = 100 * rows["accuracy"]
        axes.errorbar(
            middle,
            places[-1] + _spread(len(rows)),
            xerr=[middle - 100 * rows["accuracy_low"], 100 * rows["accuracy_high"] - middle],
            fmt="o",
            capsize=3,
            color=arm_of(arm).color,
        )
        said = f"{middle.mean():.1f}" + (f", mean of {len(rows)}" if len(rows) > 1 else "")
        axes.annotate(said, (1, places[-1]), xycoords=("axes fraction", "data"), va="center", fontsize=8)
        labels.append(f"{arm}   {model}{': ' if model else ''}{label_of(arm)}")
    axes.set_yticks(places, labels, fontsize=8)
    axes.set_ylim(0, place)
    axes.set_xlim(max(0, nice_floor(100 * table["accuracy_low"].min() - 2, 5)), 100.5)
    tidy(axes, title, "accuracy on real test images, %", "")
    return figure


def _height(rows: pd.DataFrame) -> float:
    """Of an arm's line, inches: several seeds lie one below the other."""
    return LINE + 0.1 * (len(rows) - 1)


def _spread(seeds: int) -> np.ndarray:
    """Where each seed lies, in lines, the first on top."""
    return (0.15 / LINE) * (np.arange(seeds)[::-1] - (seeds - 1) / 2)


def accuracy_by_epochs(accuracy: pd.DataFrame, title: str) -> Figure:
    """Accuracy on test rows against the classifier's epochs, trained on generated and on real rows.

    Args:
        accuracy: columns `trained_on`, `epochs`, `accuracy`, `accuracy_low`, `accuracy_high`.
    """
    figure = new_figure(6.5, 3.4)
    axes = figure.subplots()
    for kind, rows in accuracy.groupby("trained_on"):
        middle = 100 * rows["accuracy"]
        reach = [middle - 100 * rows["accuracy_low"], 100 * rows["accuracy_high"] - middle]
        of_kind = arm_of("real" if kind == "real" else "synthetic").color
        axes.errorbar(rows["epochs"], middle, yerr=reach, marker="o", capsize=3, color=of_kind, label=f"{kind} rows")
    axes.set_xscale("log")
    ticks = sorted(accuracy["epochs"].unique())
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set_ylim(max(0, nice_floor(100 * accuracy["accuracy_low"].min() - 2, 5)))
    tidy(axes, title, "epochs of the classifier", "accuracy on real test images, %")
    axes.legend(frameon=False, fontsize=9, loc="best")
    return figure
