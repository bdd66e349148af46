"""How often a judge is right on real images made softer or fainter than those it was trained on, as generated ones are.

    python -m benchmarks.soft_images mnist
    python -m benchmarks.soft_images mnist standardize=false

Trains the data set's oracle, with these arguments of its model laid over, and lets it call validation rows: as they
are, soft by a Gaussian of some pixels, and at half their strength. What they show is known: its errors are its own.
"""

import argparse

import numpy as np
from scipy.ndimage import gaussian_filter

from benchmarks.trial import change
from standin.config.defaults import overlay
from standin.config.loader import data_sets
from standin.pipelines.ingestion.nodes import ingest
from standin.pipelines.ingestion.pipeline import PARAMETERS
from standin.pipelines.references.nodes import train_oracle
from standin.pipelines.references.pipeline import ORACLE_SEED

BLURS = (0.5, 1.0, 1.5)
ROWS = 3000


def main() -> None:
    """Trains the judge and prints its accuracies."""
    from standin.training.inference import predict

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("dataset")
    parser.add_argument("changes", nargs="*", type=change, metavar="KEY=VALUE", help="laid over oracle.model")
    options = parser.parse_intermixed_args()
    settings = data_sets()[options.dataset]
    oracle = settings["oracle"]
    for changed in options.changes:
        oracle = overlay(oracle, {"model": changed})
    train, validation, *_ = ingest(*(settings[key] for key in PARAMETERS))
    trained_oracle, *_ = train_oracle(train, validation, oracle, ORACLE_SEED)
    images, labels = validation["images"][:ROWS], validation["labels"][:ROWS]
    shown = {"as they are": images, "half as strong": images // 2}
    shown |= {f"blurred by {s:g} pixels": gaussian_filter(images, (0, s, s, 0)) for s in BLURS}
    for name, seen in shown.items():
        print(f"{name}: {np.mean(predict(trained_oracle, seen).argmax(axis=1) == labels):.1%}")


if __name__ == "__main__":
    main()
