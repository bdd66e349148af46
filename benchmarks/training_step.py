"""Milliseconds of one training step of a configured generative model, through the project's own engine.

    python -m benchmarks.training_step cifar.dcgan mnist.gan
    TF_ENABLE_ONEDNN_OPTS=0 python -m benchmarks.training_step cifar.dcgan

On rows of the data set, in epochs of `--steps` steps; what is done once (building, compiling) does not count. Machines
are shared: compare figures taken in turn.
"""

import argparse
import time
from typing import Any

from standin.configuration import data_sets
from standin.pipelines.generation.nodes import train_generative_model
from standin.pipelines.ingestion.nodes import ingest
from standin.pipelines.ingestion.pipeline import PARAMETERS


def main() -> None:
    """Times the experiments that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("experiments", nargs="+", help="<data set>.<generative model> of the configuration")
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--epochs", type=int, default=3)
    options = parser.parse_args()
    for experiment in options.experiments:
        dataset, _, name = experiment.partition(".")
        found = milliseconds(data_sets()[dataset], name, options.steps, options.epochs)
        print(f"{experiment}: {found:.1f} ms a step", flush=True)


def milliseconds(settings: dict[str, Any], name: str, steps: int, epochs: int) -> float:
    """By what a training of `1 + epochs` epochs takes longer than one of a single epoch, in which all is compiled."""
    train, *_ = ingest(*(settings[key] for key in PARAMETERS))
    entry = settings["generative_models"][name]
    batch = entry["training"]["batch_size"]
    whole = len(train["images"])
    rows = {key: value[: steps * batch] if len(value) == whole else value for key, value in train.items()}

    def seconds(epochs: int) -> float:
        short = entry | {"training": entry["training"] | {"epochs": epochs, "snapshot_epochs": []}}
        start = time.perf_counter()
        train_generative_model(rows, short, settings["augmentation"], checkpoint=None, seed=0)
        return time.perf_counter() - start

    return 1000 * (seconds(1 + epochs) - seconds(1)) / (epochs * steps)


if __name__ == "__main__":
    main()
