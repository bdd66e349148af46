"""Accuracy against how much real data there was."""

import pandas as pd
from matplotlib.figure import Figure

from standin.experiments.arms import arm_of
from standin.figures.curves import STYLES
from standin.figures.style import new_figure, tidy


def learning_curves(curve: pd.DataFrame, counted: str, title: str) -> Figure:
    """One panel a generative model: its arms, and beside them those without generated rows.

    Args:
        curve: `size` and the columns of the accuracy table.
        counted: what the sizes count, such as "real training images".
    """
    models = list(curve["generative_model"].dropna().unique())
    figure = new_figure(1.0 + 4.6 * len(models), 4.0)
    panels = figure.subplots(1, len(models), squeeze=False, sharey=True)[0]
    figure.suptitle(title, fontsize=11)
    sizes = sorted(curve["size"].unique())
    for axes, model in zip(panels, models, strict=True):
        rows = curve[curve["generative_model"].isna() | (curve["generative_model"] == model)]
        names = list(dict.fromkeys(rows["arm"]))
        for arm in names:
            line = (
                rows[rows["arm"] == arm]
                .groupby("size")
                .agg({"accuracy": "mean", "accuracy_low": "min", "accuracy_high": "max"})
            )
            middle = 100 * line["accuracy"]
            reach = [middle - 100 * line["accuracy_low"], 100 * line["accuracy_high"] - middle]
            shift = 1.02 ** (names.index(arm) - (len(names) - 1) / 2)  # intervals beside, not upon each other
            # Several numbers of rows of one arm share its color.
            same = [name for name in names if name.partition(" ")[0] == arm.partition(" ")[0]]
            style = STYLES[same.index(arm) % len(STYLES)]
            axes.errorbar(
                line.index * shift,
                middle,
                yerr=reach,
                marker="o",
                capsize=3,
                color=arm_of(arm).color,
                linestyle=style,
                label=arm,
            )
        axes.set_xscale("log")
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.minorticks_off()
        tidy(axes, model, counted, "accuracy on real test images, %" if model == models[0] else "")
        axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))  # curves may be anywhere
    return figure
