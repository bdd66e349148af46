"""The picture of the answer: accuracy on real test rows, by what the classifier was trained on."""

import pandas as pd
from matplotlib.figure import Figure

from standin.figures.arms import colour, meaning
from standin.figures.curves import nice_floor
from standin.figures.style import BLACK, new_figure, tidy


def accuracy_intervals(accuracy: pd.DataFrame, title: str) -> Figure:
    """One point with its interval for each row of the accuracy table, its number at the right; a line marks training on
    real images."""
    table = accuracy.fillna({"generative_model": ""}).iloc[::-1].reset_index(drop=True)
    figure = new_figure(8.5, 0.34 * len(table) + 1.1)
    axes = figure.subplots()
    real = accuracy.loc[accuracy["arm"] == "R", "accuracy"]
    if len(real):
        axes.axvline(100 * real.mean(), color=BLACK, linestyle=":", linewidth=1)
    labels = []
    for y, (_, row) in enumerate(table.iterrows()):
        value, low, high = 100 * row["accuracy"], 100 * row["accuracy_low"], 100 * row["accuracy_high"]
        axes.errorbar(value, y, xerr=[[value - low], [high - value]], fmt="o", capsize=3, color=colour(row["arm"]))
        axes.annotate(f"{value:.1f}", (1, y), xycoords=("axes fraction", "data"), va="center", fontsize=8)
        model = f"{row['generative_model']}: " if row["generative_model"] else ""
        labels.append(f"{row['arm']}   {model}{meaning(row['arm'])}")
    axes.set_yticks(range(len(table)), labels, fontsize=8)
    axes.set_xlim(max(0, nice_floor(100 * table["accuracy_low"].min() - 2, 5)), 100.5)
    tidy(axes, title, "accuracy on real test images, %", "")
    return figure


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
        of_kind = colour("R" if kind == "real" else "S")
        axes.errorbar(rows["epochs"], middle, yerr=reach, marker="o", capsize=3, color=of_kind, label=f"{kind} rows")
    axes.set_xscale("log")
    ticks = sorted(accuracy["epochs"].unique())
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set_ylim(max(0, nice_floor(100 * accuracy["accuracy_low"].min() - 2, 5)))
    tidy(axes, title, "epochs of the classifier", "accuracy on real test images, %")
    axes.legend(frameon=False, fontsize=9, loc="best")
    return figure
