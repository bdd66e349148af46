"""Contract of every registered metric."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from standin.core.errors import TooFewImages
from standin.metrics import GROUPS, INPUTS, METRICS, Metric, evaluate_metrics

N, CLASSES = 240, 3
Inputs = dict[str, Any]
every_metric = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
OF_ARRAYS = {
    name: metric for name, metric in METRICS.items() if any(INPUTS[parameter].axes for parameter in metric.inputs)
}
of_arrays = pytest.mark.parametrize("metric", OF_ARRAYS.values(), ids=OF_ARRAYS)
VS_REAL = {
    name: metric for name, metric in METRICS.items() if any(parameter.startswith("real") for parameter in metric.inputs)
}


def perfect(seed: int) -> Inputs:
    """All inputs, for a model whose images are as good as new real ones."""
    rng = np.random.default_rng(seed)
    labels = np.arange(N) % CLASSES
    one_hot, conditions = np.eye(CLASSES)[labels], rng.normal(size=(N, 2))

    def features() -> np.ndarray:
        return 3 * one_hot + conditions[:, [0, 1, 0]] + rng.normal(size=(N, CLASSES))

    codes = rng.uniform(-1, 1, (N, 1))
    inputs: Inputs = {name: features() for name in ("generated", "imputed", "real", "held_out", "training")}
    inputs |= dict.fromkeys(("generated_labels", "real_labels", "labels", "training_labels"), labels)
    inputs |= dict.fromkeys(("generated_conditions", "real_conditions"), conditions)
    inputs |= dict.fromkeys(("categories", "training_categories", "drawn_categories"), (labels + 1) % CLASSES)
    sources = ("", "reconstruction_", "drawn_reconstruction_", "drawn_")
    inputs |= {f"{source}probabilities": 0.1 + 0.7 * one_hot for source in sources}
    return inputs | {
        "generated_readings": conditions + rng.normal(0, 0.1, (N, 2)),
        "reconstruction_errors": rng.uniform(1, 2, N),
        "kl_divergences": rng.uniform(1, 2, N),
        "latents": features(),
        "training_latents": features(),
        "drawn_codes": codes,
        "drawn_images": strokes(codes[:, 0]),
        "members_distances": {"pixels_a": rng.uniform(1, 2, N)},
        "held_out_distances": {"pixels_a": rng.uniform(1, 2, N)},
        "n_copies": 0,
        "n_training": N,
        "n_generated": N,
        "confident_above": 0.7,
        "n_classes": CLASSES,
        "n_categories": CLASSES,
        "condition_names": ["mass", "red shift"],
        "discriminator_on_real": 0.55,
        "discriminator_on_generated": 0.45,
    }


def strokes(codes: np.ndarray) -> np.ndarray:
    """(n, 8, 8, 2) bars whose color, slant and width follow the code."""
    images = np.zeros((len(codes), 8, 8, 2), np.uint8)
    for image, code in zip(images, codes, strict=True):
        for row in range(8):
            left = round(3 - code * (row - 3.5) / 2)
            image[row, max(left, 0) : left + 2 + (code > 0) + (code > 0.5)] = (120 + 100 * code, 120 - 100 * code)
    return images


def noise(inputs: Inputs) -> Inputs:
    """Images without relation to labels, conditions and codes."""
    rng = np.random.default_rng(9)
    shuffled = rng.permutation(N)
    return inputs | {
        "generated": rng.normal(0, 20, inputs["generated"].shape),
        "latents": rng.normal(0, 20, inputs["latents"].shape),
        "generated_labels": np.zeros(N, int),
        "drawn_codes": inputs["drawn_codes"][shuffled],
        "generated_readings": inputs["generated_readings"][shuffled],
        "categories": inputs["categories"][shuffled],
        "drawn_probabilities": inputs["drawn_probabilities"][shuffled],
        **dict.fromkeys(
            ("probabilities", "reconstruction_probabilities", "drawn_reconstruction_probabilities"),
            np.full((N, CLASSES), 1 / CLASSES),
        ),
        "reconstruction_errors": inputs["reconstruction_errors"] + 5,
        "kl_divergences": inputs["kl_divergences"] + 5,
        "discriminator_on_real": 0.99,
        "discriminator_on_generated": 0.01,
    }


def collapsed(inputs: Inputs) -> Inputs:
    """The same image for all."""
    return inputs | {"generated": np.repeat(inputs["generated"][:1], N, axis=0), "n_generated": N // 10}


def copies(inputs: Inputs) -> Inputs:
    """Training images, with a little noise on them."""
    near = inputs["training"] + np.random.default_rng(9).normal(0, 1e-3, inputs["training"].shape)
    return inputs | {
        "generated": near,
        "imputed": near,
        "members_distances": {"pixels_a": np.full(N, 1e-3)},
        "n_copies": 9,
    }


def losses(metric: Metric, inputs: Inputs) -> np.ndarray:
    """How far each value of a metric is from the best, in the direction that it declares."""
    values = np.array([result.value for result in evaluate_metrics([metric.name], inputs)])
    assert len(values)
    sign = {"higher": -1, "lower": 1}
    return sign[metric.better] * values if isinstance(metric.better, str) else abs(values - metric.better)


@every_metric
def test_it_is_documented(metric: Metric) -> None:
    assert metric.label and metric.reference and metric.function.__doc__
    assert metric.group in GROUPS
    explanation = metric.explanation.format_map(perfect(0) | {"key": "mass"})
    assert len(explanation) > 20 and "\n" not in explanation and ". " not in explanation
    assert not explanation.endswith(".") and "  " not in explanation


@every_metric
def test_it_detects_a_fault_in_the_declared_direction(metric: Metric) -> None:
    good = np.maximum(losses(metric, perfect(0)), losses(metric, perfect(1)))
    bad = [losses(metric, fault(perfect(0))) for fault in (noise, collapsed, copies)]
    assert (np.max(bad, axis=0) > good).all()


@of_arrays
def test_without_images_it_raises_and_is_left_out(metric: Metric) -> None:
    inputs = {
        name: value[:0] if INPUTS[name].axes else value for name, value in perfect(0).items() if name in metric.inputs
    }
    with pytest.raises(TooFewImages, match="has no images"):
        metric.function(**inputs)
    assert evaluate_metrics([metric.name], inputs) == []


@of_arrays
@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda array: array[None], "must have the shape"),
        (lambda array: array.astype(str), "must be (numbers|integers), got <U"),
        (lambda array: np.where(np.arange(len(array)) == 3, np.nan, array.T).T, "image 3|must be integers"),
    ],
)
def test_the_error_for_a_wrong_array_names_it(
    metric: Metric, break_it: Callable[[np.ndarray], np.ndarray], message: str
) -> None:
    inputs = {name: value for name, value in perfect(0).items() if name in metric.inputs}
    for name in metric.inputs:
        if INPUTS[name].axes:
            with pytest.raises(ValueError, match=f"^{name} .*{message}"):
                metric.function(**inputs | {name: break_it(inputs[name])})


@pytest.mark.parametrize("metric", VS_REAL.values(), ids=VS_REAL)
def test_generated_and_real_images_are_interchangeable_only_if_declared(metric: Metric) -> None:
    inputs = {name: value for name, value in noise(perfect(0)).items() if name in metric.inputs}
    swap = {"generated": "real", "real": "generated"}
    swapped = {"_".join(swap.get(part, part) for part in name.split("_")): value for name, value in inputs.items()}
    assert swapped.keys() == inputs.keys()
    value, other = (evaluate_metrics([metric.name], given)[0].value for given in (inputs, swapped))
    assert (value == pytest.approx(other)) == metric.symmetric
