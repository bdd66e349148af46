"""Accuracy by the number of real images or labels."""

import pandas as pd
from matplotlib.figure import Figure

from standin.experiments.arms import arm_of
from standin.figures.curves import STYLES
from standin.figures.style import new_figure, percentages, tidy


def learning_curves(curve: pd.DataFrame, counted: str, title: str) -> Figure:
    """One panel per generative model: its arms and those without generated images.

    Args:
        curve: `size` and the columns of the accuracy table.
        counted: what the sizes count, such as "real training images".
    """
    models = list(curve["generative_model"].dropna().unique())
    figure = new_figure(1.0 + 4.6 * len(models), 4.0)
    panels = figure.subplots(1, len(models), squeeze=False, sharey=True)[0]
    figure.suptitle(f"{title}: accuracy by number of {counted}", fontsize=11)
    sizes = sorted(curve["size"].unique())
    columns = {"accuracy": "mean", "accuracy_low": "min", "accuracy_high": "max"}
    for axes, model in zip(panels, models, strict=True):
        table = curve[curve["generative_model"].isna() | (curve["generative_model"] == model)]
        arms = list(table["arm"].unique())
        for place, arm in enumerate(arms):
            line = table[table["arm"] == arm].groupby("size").agg(columns)
            percent, reach = percentages(line)
            shift = 1.02 ** (place - (len(arms) - 1) / 2)  # so that intervals do not cover one another
            amounts = [name for name in arms if name.partition(" ")[0] == arm.partition(" ")[0]]  # share a color
            axes.errorbar(
                line.index * shift,
                percent,
                yerr=reach,
                marker="o",
                capsize=3,
                color=arm_of(arm).color,
                linestyle=STYLES[amounts.index(arm) % len(STYLES)],
                label=arm,
            )
        axes.set_xscale("log")
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.minorticks_off()
        tidy(axes, model, counted, "accuracy on real test images, %" if model == models[0] else "")
        axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure
