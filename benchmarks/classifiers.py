"""Accuracy and training time of a data set's classifier on all real training images, by seed and number of steps.

    python -m benchmarks.classifiers cifar mnist --seeds 0 1 2 --steps 500 1000 --csv classifiers.csv
    python -m benchmarks.classifiers cifar --set cifar.classifier.learning_rate=0.12

Accuracy is on validation images, on which choices are made; `--test` uses the test images instead, for a final report.
Seconds include compiling. `--role pseudo_labeler` trains on the labels of the budget.
"""

import argparse
import time
from pathlib import Path
from typing import Any

import pandas as pd
from omegaconf import OmegaConf

from standin.config.loader import CONFIG_LOADER_ARGS, CompletingConfigLoader
from standin.pipelines.ingestion.nodes import ingest
from standin.pipelines.ingestion.pipeline import PARAMETERS
from standin.training.inference import predict
from standin.training.supervised import fit

ROOT = Path(__file__).parents[1]
COLUMNS = ["data_set", "role", "steps", "seed", "seconds", "cpu_seconds", "accuracy"]


def measure(entry: dict[str, Any], role: str, steps: int, seed: int, on_test: bool) -> dict[str, float]:
    """Seconds, CPU seconds and accuracy in % of one classifier."""
    train, validation, test, labeled, *_ = ingest(*(entry[key] for key in PARAMETERS))
    images = labeled if role == "pseudo_labeler" else train
    config = entry[role] | {"steps": steps}
    wall, cpu = time.perf_counter(), time.process_time()
    model = fit(config, [(images["images"], images["labels"])], len(train["class_names"]), seed=seed).model
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    held_out = test if on_test else validation
    accuracy = 100 * (predict(model, held_out["images"]).argmax(axis=1) == held_out["labels"]).mean()
    return {"seconds": wall, "cpu_seconds": cpu, "accuracy": accuracy}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data_sets", nargs="+")
    parser.add_argument("--role", default="classifier")
    parser.add_argument("--steps", type=int, nargs="+", help="default: the configured number")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--set", nargs="+", default=[], metavar="KEY=VALUE", help="parameters to change")
    parser.add_argument("--env", default=None)
    parser.add_argument("--test", action="store_true", help="accuracy on test images")
    parser.add_argument("--csv", type=Path)
    options = parser.parse_args()
    params = OmegaConf.to_container(OmegaConf.from_dotlist(options.set))
    loader = CompletingConfigLoader(str(ROOT / "conf"), env=options.env, runtime_params=params, **CONFIG_LOADER_ARGS)
    rows = []
    for data_set in options.data_sets:
        entry = loader["parameters"][data_set]
        for steps in options.steps or [entry[options.role]["steps"]]:
            for seed in options.seeds:
                result = measure(entry, options.role, steps, seed, options.test)
                rows.append({"data_set": data_set, "role": options.role, "steps": steps, "seed": seed} | result)
                print(" ".join(f"{k}={v:.4g}" if isinstance(v, float) else f"{k}={v}" for k, v in rows[-1].items()))
    table = pd.DataFrame(rows, columns=COLUMNS)
    print(table.groupby(["data_set", "role", "steps"])[["seconds", "accuracy"]].agg(["mean", "std"]).round(2))
    if options.csv:
        table.to_csv(options.csv, index=False)


if __name__ == "__main__":
    main()
