"""How many seconds of training each generative model needs until a classifier trained on its samples alone is good.

    python -m benchmarks.time_to_accuracy mnist cifar --csv times.csv --plot times.png
    python -m benchmarks.time_to_accuracy mnist.conditional_vae mnist.gan --epochs 1 2 5 10 20 --csv part.csv
    python -m benchmarks.time_to_accuracy --read times.csv part.csv --plot times.png   # of earlier runs, in one picture

After each of `--epochs` (and the last) the clock stops, samples are drawn as a pipeline draws them (as many as there
are train rows, from the moving average where the model keeps one), and training goes on, to the configuration's last
epoch or to the end of the one that passes `--longest` seconds. Then a classifier is trained on each set of samples (arm
`synthetic`) and scored on validation images. The clock counts training and the compilation before its first step, since
a person waits for both; it excludes sampling, pseudo-labeling and classifiers. The machine must be idle.
"""

import argparse
import csv
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
from matplotlib.figure import Figure

from benchmarks.arm import Judged
from benchmarks.tables import write
from standin.config.loader import data_sets
from standin.core.leakage import mark_seen
from standin.figures.style import CYCLE, MARKERS, new_figure, tidy
from standin.pipelines.generation.nodes import sample_generative_model, train_generative_model
from standin.training.train import averaged

Arrays = dict[str, np.ndarray]
EPOCHS = (1, 2, 3, 5, 10, 20, 50, 100)
SECONDS = (3, 10, 30, 100, 300, 1000, 3000)
"""What the axis of seconds shows."""
LEVELS = {"mnist": (0.90, 0.95, 0.965, 0.98), "cifar": (0.30, 0.40, 0.45, 0.50)}


class Point(NamedTuple):
    """How good arm synthetic is after so much training."""

    data_set: str
    model: str
    seed: int
    epoch: int
    seconds: float
    accuracy: float


def main() -> None:
    """Trains what the command line names, prints each point and the times to each level."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help="<data set>, or <data set>.<generative model>; mnist and cifar")
    parser.add_argument("--epochs", nargs="+", type=int, default=EPOCHS)
    parser.add_argument("--longest", type=float, default=math.inf, help="seconds of training after which a model stops")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--csv", type=Path, default=None, help="write the points here as they are found")
    parser.add_argument("--read", nargs="+", type=Path, default=[], help="points of earlier runs, beside new ones")
    parser.add_argument("--plot", type=Path, default=None)
    options = parser.parse_args()
    points = [point for file in options.read for point in read(file)]
    for data_set, models in experiments(options.names or ([] if options.read else list(LEVELS))).items():
        judged = Judged(data_sets()[data_set])
        for model in models:
            for epoch, seconds, synthetic in lots(judged, model, options.epochs, options.longest, options.seed):
                points.append(Point(data_set, model, options.seed, epoch, seconds, judged.arm_s(synthetic)))
                print(f"{data_set}.{model} epoch {epoch} {seconds:.1f} s {points[-1].accuracy:.4f}", flush=True)
                if options.csv:
                    write(points, options.csv)
    print(table(points))
    if options.plot:
        plot(points).savefig(options.plot, dpi=150)


def experiments(names: list[str]) -> dict[str, list[str]]:
    """Data set -> generative models; those that are switched off too, and none that has nothing to train."""
    found: dict[str, list[str]] = {}
    for name in names:
        data_set, _, model = name.partition(".")
        every = [key for key in data_sets()[data_set]["generative_models"] if key != "class_gaussian"]
        found.setdefault(data_set, []).extend([model] if model else every)
    return found


def lots(
    judged: Judged, name: str, epochs: Sequence[int], longest: float, seed: int
) -> list[tuple[int, float, Arrays]]:
    """Trains a model as the configuration says: after these epochs, the seconds so far and its samples."""
    entry = judged.settings["generative_models"][name]
    last = entry["training"]["epochs"]
    clock = Clock(judged, {epoch for epoch in epochs if epoch < last} | {last}, longest, seed)
    train_generative_model(
        judged.train, entry, judged.settings["augmentation"], checkpoint=None, seed=seed, callbacks=[clock]
    )
    return clock.lots


class Clock(keras.callbacks.Callback):
    """Counts seconds of training, and draws samples at its moments while it stands still."""

    def __init__(self, judged: Judged, epochs: set[int], longest: float, seed: int) -> None:
        super().__init__()
        self.judged, self.epochs, self.longest, self.seed = judged, epochs, longest, seed
        self.lots: list[tuple[int, float, Arrays]] = []
        self.seconds = self.since = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.since = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.seconds += time.perf_counter() - self.since
        if self.seconds > self.longest:
            self.model.stop_training = True
        elif epoch + 1 not in self.epochs:
            return
        settings, train = self.judged.settings, self.judged.train
        amounts = settings["n_synthetic"], settings["synthetic_ratio"]
        seen = mark_seen("generative_model", train)
        with averaged(self.model, train[self.model.condition] if self.model.condition else None):
            synthetic = sample_generative_model(
                self.model, seen, train, *amounts, settings["pseudo_labeling"], self.seed
            )
        self.lots.append((epoch + 1, self.seconds, synthetic))


def until(points: list[Point], level: float) -> float | None:
    """Seconds at the first point, in order of time, that reaches `level`; None if none does."""
    reached = [point.seconds for point in points if point.accuracy >= level]
    return min(reached, default=None)


def table(points: list[Point]) -> str:
    """For each model the seconds until each level of its data set."""
    lines = []
    for data_set in dict.fromkeys(point.data_set for point in points):
        levels = LEVELS.get(data_set, (0.5, 0.75, 0.9, 0.95))
        lines += ["", f"{data_set}, seconds until {'':12}" + "".join(f"{level:>10.1%}" for level in levels)]
        for model in dict.fromkeys(point.model for point in points if point.data_set == data_set):
            own = [point for point in points if (point.data_set, point.model) == (data_set, model)]
            times = [until(own, level) for level in levels]
            cells = "".join(f"{'-' if seconds is None else f'{seconds:.0f}':>10}" for seconds in times)
            lines.append(f"{model:{len(data_set) + 28}}{cells}")
    return "\n".join(lines)


def plot(points: list[Point]) -> Figure:
    """Accuracy against seconds, a panel a data set, all models in one."""
    names = list(dict.fromkeys(point.data_set for point in points))
    figure = new_figure(1.0 + 5.2 * len(names), 4.2)
    for axes, data_set in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        models = list(dict.fromkeys(point.model for point in points if point.data_set == data_set))
        for number, model in enumerate(models):
            own = [point for point in points if (point.data_set, point.model) == (data_set, model)]
            axes.plot(
                [point.seconds for point in own],
                [100 * point.accuracy for point in own],
                color=CYCLE[number % len(CYCLE)],
                marker=MARKERS[number % len(MARKERS)],
                label=model,
            )
        for level in LEVELS.get(data_set, ()):
            axes.axhline(100 * level, color="0.6", linewidth=0.7, linestyle=":")
        axes.set_xscale("log")
        axes.set_xlim(SECONDS[0], SECONDS[-1])
        axes.set_xticks(SECONDS, [f"{second:,}" for second in SECONDS])
        axes.minorticks_off()
        axes.legend(frameon=False, fontsize=8, loc="lower right")
        tidy(axes, data_set, "seconds of training", "arm synthetic on validation rows, %")
    return figure


def read(file: Path) -> list[Point]:
    """What `benchmarks.tables.write` wrote."""
    with file.open(newline="") as opened:
        kinds = Point.__annotations__
        return [Point(**{name: kinds[name](text) for name, text in row.items()}) for row in csv.DictReader(opened)]


if __name__ == "__main__":
    main()
