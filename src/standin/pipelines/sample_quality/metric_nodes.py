"""Nodes that compute metrics from arrays: what the reference models and the generative model have said.

Each gives results of `standin.metrics` as plain mappings. Metrics of other packages join those of their group.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

# From the package: its results follow from all metrics that it registers, and a run knows that by the import.
from standin.metrics import evaluate_metrics, load_plugins
from standin.metrics.authenticity import least_authentic

Arrays = dict[str, np.ndarray]
Results = list[dict[str, Any]]
DISCRIMINATOR = ("discriminator_on_real", "discriminator_on_generated")


def compute_prediction_metrics(
    predictions: Arrays,
    reference_predictions: Arrays,
    train: Arrays,
    sample_quality: Mapping[str, Any],
    plugins: Sequence[str] = (),
) -> Results:
    """Whether samples are recognizable, and show their labels and conditions.

    Args:
        predictions: of `predict_samples`.
        reference_predictions: of `predict_reference_images`.
        train: has the names of classes and conditions.
        sample_quality: `confident_above`: the probability from which the oracle counts as confident.
        plugins: packages that add metrics.
    """
    numbers = {"confident_above": sample_quality["confident_above"], "n_classes": len(train["class_names"])}
    real = {"probabilities": reference_predictions["validation"], "labels": reference_predictions["validation_labels"]}
    labeled = {"probabilities": predictions["labeled"], "labels": predictions["labels"]}
    groups: dict[str, Any] = {
        "recognition": ({"probabilities": predictions["samples"]}, real),
        "labels": (labeled, real),
    }
    if "readings" in predictions:
        asked = {"generated_conditions": predictions["conditions"], "generated_readings": predictions["readings"]}
        shown = {
            "generated_conditions": reference_predictions["test_conditions"],
            "generated_readings": reference_predictions["test_readings"],
        }
        groups["conditions"] = (asked | {"condition_names": train["condition_names"].tolist()}, shown)
    return _evaluate({group: (numbers | given, expected) for group, (given, expected) in groups.items()}, plugins)


def compute_fidelity(features: Arrays, reference_features: Arrays, plugins: Sequence[str] = ()) -> Results:
    """How the distribution of generated images lies to that of as many test images, in features.

    Args:
        features: of `extract_sample_features`.
        reference_features: of `extract_reference_features`.
        plugins: packages that add metrics.
    """
    n = len(features["generated"])
    parts = ("", "_labels", "_conditions")
    generated, real, validation = (
        {f"{name}{part}": source[f"{kind}{part}"][:n] for part in parts if f"{kind}{part}" in source}
        for source, kind, name in (
            (features, "generated", "generated"),
            (reference_features, "test", "real"),
            (reference_features, "validation", "generated"),
        )
    )
    inputs = generated | real | {"n_classes": int(reference_features["n_classes"])}
    groups = {"features": (inputs, {"generated": real["real"]}), "fidelity": (inputs, validation)}
    return _evaluate(groups, plugins)


def compute_memorization(features: Arrays, reference_features: Arrays, plugins: Sequence[str] = ()) -> Results:
    """Whether generated images lie closer to training images (of half B) than new real ones do.

    New real images of a withheld kind lie far from all training images, and do not say how close an image may come.

    Args:
        features: of `extract_sample_features`.
        reference_features: of `extract_reference_features`.
        plugins: packages that add metrics.
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
    return _evaluate(
        {"memorization": (inputs, new), "data_copying": (inputs, {"generated": test[~test_withheld]})}, plugins
    )


def compute_model_metrics(
    history: pd.DataFrame,
    model_outputs: Arrays,
    reference_predictions: Arrays,
    train: Arrays,
    test: Arrays,
    plugins: Sequence[str] = (),
) -> Results:
    """What only some kinds of models have: a discriminator, a latent space, codes.

    Args:
        history: losses by epoch.
        model_outputs: of `probe_model`.
        reference_predictions: of `predict_reference_images`.
        train, test: have the labels.
        plugins: packages that add metrics.
    """
    last = {str(name): float(value) for name, value in history.iloc[-1].items()} if len(history) else {}
    discriminator = {name: last[name] for name in DISCRIMINATOR if name in last}
    inputs: dict[str, Any] = model_outputs | {"labels": test["labels"], "training_labels": train["labels"]}
    inputs["n_classes"] = len(train["class_names"])
    names = ("reconstruction_probabilities", "drawn_reconstruction_probabilities")
    real = dict.fromkeys(names, reference_predictions["test"])
    return _evaluate({"training": (discriminator, {}), "autoencoder": (inputs, real), "codes": (inputs, {})}, plugins)


def _evaluate(groups: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]], plugins: Sequence[str]) -> Results:
    """Group -> inputs, and what replaces some of them for real images."""
    if plugins:
        load_plugins()
    return [
        result._asdict()
        for group, (inputs, real_inputs) in groups.items()
        for result in evaluate_metrics(group, inputs, real_inputs)
    ]
