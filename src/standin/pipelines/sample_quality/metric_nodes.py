"""Nodes that compute metrics from the outputs of the reference models and of the generative model.

Each returns `standin.metrics.MetricResult` as mappings, and includes the metrics of other packages (`plugins`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

# From the package: a change of any of its metrics then makes these nodes out of date.
from standin.metrics import evaluate_metrics, load_plugins
from standin.metrics.authenticity import least_authentic

Arrays = dict[str, np.ndarray]
Results = list[dict[str, Any]]
SPACES = (("", "", ""), ("_pixels", "_pixels", ", pixels"))
"""Feature spaces: suffix of their arrays, of the names of metrics and of their labels."""
RESPLITS, RESPLIT_SEED = 10, 8
"""Largest number of random divisions of real images."""
MAX_PAIRS = 4_000_000
"""Pairs of images that all divisions compare, if there is more than one."""
CHANCE_DRAWS = 200
"""Random draws of labels."""
DISCRIMINATOR = ("discriminator_on_real", "discriminator_on_generated")


def compute_prediction_metrics(
    predictions: Arrays,
    reference_predictions: Arrays,
    train: Arrays,
    sample_quality: Mapping[str, Any],
    plugins: Sequence[str] = (),
) -> Results:
    """Whether samples are recognizable and show their labels and conditions.

    Args:
        predictions, reference_predictions: of `predict_samples` and `predict_reference_images`.
        sample_quality: `confident_above`, the probability above which the oracle counts as confident.
    """
    numbers = {"confident_above": sample_quality["confident_above"], "n_classes": len(train["class_names"])}
    real = {"probabilities": reference_predictions["validation"], "labels": reference_predictions["validation_labels"]}
    groups: dict[str, Any] = {"recognition": ({"probabilities": predictions["samples"]}, real)}
    if "labels" in predictions:
        groups["labels"] = ({"probabilities": predictions["labeled"], "labels": predictions["labels"]}, real)
    if "readings" in predictions:
        generated = {f"generated_{part}": predictions[part] for part in ("conditions", "readings")}
        test = {f"generated_{part}": reference_predictions[f"test_{part}"] for part in ("conditions", "readings")}
        groups["conditions"] = (generated | {"condition_names": train["condition_names"].tolist()}, test)
    return _evaluate({group: (numbers | inputs, expected) for group, (inputs, expected) in groups.items()}, plugins)


def compute_fidelity(features: Arrays, reference_features: Arrays, plugins: Sequence[str] = ()) -> Results:
    """The distribution of generated images against that of as many test images, by the features and the principal
    components of pixels that `extract_sample_features` and `extract_reference_features` give.

    Real images are divided at random into two parts of this size, several times if they are few: metrics of one part
    against the other are the values to expect.
    """
    n, rng = len(features["generated"]), np.random.default_rng(RESPLIT_SEED)
    pool = {
        part: np.concatenate([reference_features[f"{split}{part}"] for split in ("validation", "test")])
        for part in ("", "_pixels", "_labels", "_conditions")
        if f"test{part}" in reference_features
    }
    half = min(n, len(pool[""]) // 2)
    orders = [rng.permutation(len(pool[""])) for _ in range(max(1, min(RESPLITS, MAX_PAIRS // n**2)))]
    n_classes = int(reference_features["n_classes"])

    def inputs(space: str, name: str, source: Arrays, prefix: str, chosen: Any) -> dict[str, Any]:
        found = {"": space, "_labels": "_labels", "_conditions": "_conditions"}
        return {name + to: source[prefix + of][chosen] for to, of in found.items() if prefix + of in source}

    first = slice(n)
    results = []
    for space, name, label in SPACES:
        compared = inputs(space, "generated", features, "generated", first)
        compared |= inputs(space, "real", reference_features, "test", first) | {"n_classes": n_classes}
        floors = [
            inputs(space, "generated", pool, "", order[:half]) | inputs(space, "real", pool, "", order[-half:])
            for order in orders
        ]
        groups: dict[str, Any] = {"fidelity": (compared, floors)}
        if not space:
            real_labels = compared["real_labels"]
            chance = [{"generated_labels": rng.choice(real_labels, n)} for _ in range(CHANCE_DRAWS)]
            groups = {
                "features": (compared, {"generated": compared["real"]}),
                "class_proportions": (compared, chance),
            } | groups
        evaluated = _evaluate(groups, plugins)
        results += [found | {"name": found["name"] + name, "label": found["label"] + label} for found in evaluated]
    return results


def compute_memorization(
    features: Arrays, reference_features: Arrays, distances: Arrays, plugins: Sequence[str] = ()
) -> Results:
    """Whether training images are closer to generated images than held-out ones are, and whether generated images are
    closer to training images (of half B) than new real ones are.

    New real images of the withheld subset are far from all training images and would set too large a distance to
    expect.

    Args:
        features, distances: of `extract_sample_features`.
        reference_features: of `extract_reference_features`.
    """
    n = len(features["generated"])
    validation, test = (reference_features[name][:n] for name in ("validation", "test"))
    withheld, test_withheld = (reference_features[f"{name}_withheld"][:n] for name in ("validation", "test"))
    held_out = validation[~withheld]
    training = {name: reference_features[name] for name in ("training", "training_radii")}
    inputs = {"generated": features["generated"], "held_out": held_out, **training}
    new = {"generated": held_out}
    if "imputed" in features:
        inputs["imputed"] = features["imputed"]
        new["imputed"] = least_authentic([validation[withheld], held_out], **training)
    membership = {
        f"{role}_distances": {
            name.removeprefix(f"{role}_"): values for name, values in distances.items() if name.startswith(f"{role}_")
        }
        for role in ("members", "held_out")
    } | {name: int(distances[name]) for name in ("n_training", "n_generated", "n_copies")}
    return _evaluate(
        {
            "membership": (membership, {}),
            "memorization": (inputs, new),
            "data_copying": (inputs, {"generated": test[~test_withheld]}),
        },
        plugins,
    )


def compute_model_metrics(
    history: pd.DataFrame,
    model_outputs: Arrays,
    reference_predictions: Arrays,
    train: Arrays,
    test: Arrays,
    plugins: Sequence[str] = (),
) -> Results:
    """Metrics of models with a discriminator, a latent space or codes.

    Args:
        history: losses by epoch.
        model_outputs, reference_predictions: of `probe_model` and `predict_reference_images`.
    """
    last = {str(name): float(value) for name, value in history.iloc[-1].items()} if len(history) else {}
    discriminator = {name: last[name] for name in DISCRIMINATOR if name in last}
    inputs: dict[str, Any] = model_outputs | {"labels": test["labels"], "training_labels": train["labels"]}
    inputs["n_classes"] = len(train["class_names"])
    names = ("reconstruction_probabilities", "drawn_reconstruction_probabilities")
    real = dict.fromkeys(names, reference_predictions["test"])
    return _evaluate({"training": (discriminator, {}), "autoencoder": (inputs, real), "codes": (inputs, {})}, plugins)


def _evaluate(groups: Mapping[str, tuple[Mapping[str, Any], Any]], plugins: Sequence[str]) -> Results:
    """`groups`: group -> its inputs, and those that replace some of them for real images, or several draws of these."""
    if plugins:
        load_plugins()
    return [
        result._asdict()
        for group, (inputs, real_inputs) in groups.items()
        for result in evaluate_metrics(group, inputs, real_inputs)
    ]
