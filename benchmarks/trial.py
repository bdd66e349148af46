"""One generative model, trained as the configuration says or differently, and scored on validation rows.

    python -m benchmarks.trial mnist.vae --seed 1 learning_rate=0.002 training.epochs=50
    python -m benchmarks.trial mnist.latent_diffusion guidance=1.5

For choosing models and their settings without test images. It prints the accuracy of arm synthetic for all models; loss
and nearest neighbors in the latent space of an autoencoder; the categories of a model with codes.
Nothing is kept.
"""

import argparse
import json
import time
from typing import Any

import numpy as np

from benchmarks.arm import Judged
from standin.config.defaults import overlay
from standin.config.loader import data_sets
from standin.metrics import category_match, evidence_lower_bound, latent_neighbor_accuracy
from standin.pipelines.generation.nodes import sample_generative_model, train_generative_model
from standin.training.code_reading import read_categories
from standin.training.reconstruction import reconstruct

Arrays = dict[str, np.ndarray]


def main() -> None:
    """Trains and scores the experiment that the command line names."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("experiment", help="<data set>.<generative model> of the configuration")
    parser.add_argument("changes", nargs="*", type=change, metavar="KEY=VALUE", help="laid over the model's entry")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-arm", action="store_true", help="train no classifier")
    options = parser.parse_intermixed_args()
    dataset, _, name = options.experiment.partition(".")
    settings = data_sets()[dataset]
    entry = settings["generative_models"][name]
    for changed in options.changes:
        entry = overlay(entry, changed)
    judged = Judged(settings)
    start = time.perf_counter()
    model, history, _, seen = train_generative_model(
        judged.train, entry, settings["augmentation"], checkpoint=None, seed=options.seed
    )
    found = {"training_seconds": time.perf_counter() - start}
    if len(history):
        found |= history.iloc[-1].to_dict()
    found |= of_itself(model, judged.train, judged.validation)
    if not options.no_arm:
        amounts = settings["n_synthetic"], settings["synthetic_ratio"]
        found["arm_S"] = judged.arm_s(
            sample_generative_model(model, seen, judged.train, *amounts, settings["pseudo_labeling"], options.seed)
        )
    print(options.experiment, options.seed, json.dumps({key: round(float(value), 4) for key, value in found.items()}))


def of_itself(model: Any, train: Arrays, validation: Arrays) -> dict[str, float]:
    """Metrics on validation images that need no classifier."""
    if "codes" in model.capabilities:
        n_classes = 1 + max(train["labels"].max(), validation["labels"].max())
        match = category_match(
            read_categories(model, validation["images"]),
            validation["labels"],
            read_categories(model, train["images"]),
            train["labels"],
            model.categories,
            n_classes,
        )
        return {"category_accuracy": match.accuracy.value, "category_information": match.normalized_mutual_information}
    if "autoencoder" not in model.capabilities:
        return {}
    made, of_train = (reconstruct(model, part["images"], part["labels"]) for part in (validation, train))
    neighbors = latent_neighbor_accuracy(made.latents, validation["labels"], of_train.latents, train["labels"])
    return {"loss": evidence_lower_bound(made.errors, made.divergences).loss, "neighbor_accuracy": neighbors}


def change(text: str) -> dict[str, Any]:
    """`a.b=1` -> {"a": {"b": 1}}."""
    key, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"expected KEY=VALUE, got {text!r}")
    try:
        nested: Any = json.loads(value)
    except json.JSONDecodeError:
        nested = value
    for part in reversed(key.split(".")):
        nested = {part: nested}
    return nested


if __name__ == "__main__":
    main()
