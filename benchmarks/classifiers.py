"""Accuracy and training time of a data set's classifier on all real training images, by seed and number of steps.

    python -m benchmarks.classifiers cifar mnist --seeds 0 1 2 --steps 500 1000 --csv classifiers.csv
    python -m benchmarks.classifiers cifar --set cifar.classifier.learning_rate=0.12

    python -m benchmarks.classifiers mnist cifar --former --steps 100 200 400 800 --plot classifiers.png
    python -m benchmarks.classifiers --read mnist.csv cifar.csv --plot classifiers.png   # of earlier runs

Accuracy is on validation images, on which choices are made; `--test` uses the test images instead, for a final report.
Seconds include compiling. `--role pseudo_labeler` trains on the labels of the budget. `--former` also trains the first
release's classifier, as often, for five times the steps: its batches were smaller.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from omegaconf import OmegaConf

from standin.config.loader import CONFIG_LOADER_ARGS, CompletingConfigLoader
from standin.figures.style import CYCLE, MARKERS, new_figure, tidy
from standin.pipelines.ingestion.nodes import ingest
from standin.pipelines.ingestion.pipeline import PARAMETERS
from standin.training.inference import predict
from standin.training.supervised import fit

ROOT = Path(__file__).parents[1]
COLUMNS = ["data_set", "role", "classifier", "steps", "seed", "seconds", "cpu_seconds", "accuracy"]
TODAY, FORMER = "today's", "first release's"
FORMER_STEPS = 5
"""Steps of the former classifier for each step of today's."""
TICKS = (0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)


def former(config: dict[str, Any], image_shape: Sequence[int]) -> dict[str, Any]:
    """The entry of the first release's classifier: `cnn`, AdamW, float32, no augmentation."""
    widths = [32, 64, 128] if image_shape[-1] == 3 else [16, 32, 64]
    return {
        "model": {"_target_": "standin.models.cnn.cnn", "widths": widths},
        "steps": FORMER_STEPS * config["steps"],
        "batch_size": 128,
        "learning_rate": 0.002,
        "recipe": {"optimizer": "adamw", "schedule": "cosine", "weight_decay": 0.001},
    }


def measure(entry: dict[str, Any], role: str, steps: int, seed: int, on_test: bool, as_former: bool) -> dict[str, Any]:
    """Steps, seconds, CPU seconds and accuracy in % of one classifier."""
    train, validation, test, labeled, *_ = ingest(*(entry[key] for key in PARAMETERS))
    images = labeled if role == "pseudo_labeler" else train
    config = entry[role] | {"steps": steps}
    if as_former:
        config = former(config, train["images"].shape[1:])
    wall, cpu = time.perf_counter(), time.process_time()
    model = fit(config, [(images["images"], images["labels"])], len(train["class_names"]), seed=seed).model
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    held_out = test if on_test else validation
    accuracy = 100 * (predict(model, held_out["images"]).argmax(axis=1) == held_out["labels"]).mean()
    return {"steps": config["steps"], "seconds": wall, "cpu_seconds": cpu, "accuracy": accuracy}


def plot(table: pd.DataFrame) -> Figure:
    """Errors against seconds, a panel for each data set and a line for each classifier: means over seeds."""
    names = list(dict.fromkeys(table["data_set"]))
    figure = new_figure(1.0 + 4.6 * len(names), 3.8)
    for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        of_data_set = table[table["data_set"] == name]
        for number, (classifier, rows) in enumerate(of_data_set.groupby("classifier", sort=False)):
            means = rows.groupby("steps")[["seconds", "accuracy"]].mean()
            errors = 100 - means["accuracy"]
            axes.plot(means["seconds"], errors, color=CYCLE[number], marker=MARKERS[number], label=classifier)
        tidy(axes, name, "seconds of training", "errors on validation images, %")
        for axis, values in ((axes.xaxis, of_data_set["seconds"]), (axes.yaxis, 100 - of_data_set["accuracy"])):
            ticks = [t for t in TICKS if values.min() / 1.5 <= t <= values.max() * 1.5]
            (axes.set_xscale if axis is axes.xaxis else axes.set_yscale)("log")
            axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.minorticks_off()
        axes.legend(frameon=False, fontsize=8, title="classifier")
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data_sets", nargs="*")
    parser.add_argument("--role", default="classifier")
    parser.add_argument("--steps", type=int, nargs="+", help="default: the configured number")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--set", nargs="+", default=[], metavar="KEY=VALUE", help="parameters to change")
    parser.add_argument("--env", default=None)
    parser.add_argument("--test", action="store_true", help="accuracy on test images")
    parser.add_argument("--former", action="store_true", help="the first release's classifier, too")
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--read", nargs="+", type=Path, default=[], help="tables of earlier runs, next to new ones")
    parser.add_argument("--plot", type=Path, help="errors against seconds")
    options = parser.parse_args()
    if not options.data_sets and not options.read:
        parser.error("name a data set, or a table to --read")
    params = OmegaConf.to_container(OmegaConf.from_dotlist(options.set))
    loader = CompletingConfigLoader(str(ROOT / "conf"), env=options.env, runtime_params=params, **CONFIG_LOADER_ARGS)
    rows = []
    for data_set in options.data_sets:
        entry = loader["parameters"][data_set]
        for steps in options.steps or [entry[options.role]["steps"]]:
            for seed in options.seeds:
                for name in [TODAY, *([FORMER] if options.former else [])]:
                    result = measure(entry, options.role, steps, seed, options.test, name == FORMER)
                    rows.append({"data_set": data_set, "role": options.role, "classifier": name, "seed": seed} | result)
                    shown = {k: f"{v:.4g}" if isinstance(v, float) else v for k, v in rows[-1].items()}
                    print(*(f"{key}={value}" for key, value in shown.items()), flush=True)
    tables = [pd.read_csv(file) for file in options.read] + ([pd.DataFrame(rows, columns=COLUMNS)] if rows else [])
    table = pd.concat(tables, ignore_index=True)
    groups = table.groupby(["data_set", "role", "classifier", "steps"], sort=False)
    print(groups[["seconds", "accuracy"]].agg(["mean", "std"]).round(2))
    if options.csv:
        table.to_csv(options.csv, index=False)
    if options.plot:
        plot(table).savefig(options.plot, dpi=150)


if __name__ == "__main__":
    main()
