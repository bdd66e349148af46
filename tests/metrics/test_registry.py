"""Registering and evaluating metrics."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from standin import metrics
from standin.metrics import METRICS, Proportion, evaluate_metrics, load_plugins, metric, plugins


@pytest.fixture
def described() -> Iterator[dict[str, str]]:
    """Arguments of `metric`; a test leaves the registry unchanged."""
    before = dict(METRICS)
    yield {"group": "fidelity", "better": "higher", "reference": "this test", "explanation": "of {n_classes} and {key}"}
    METRICS.clear()
    METRICS.update(before)


def test_a_function_of_several_values_is_computed_once(described: dict[str, str]) -> None:
    calls = []

    @metric("second_{key}", **described)
    @metric("first_{key}", **described)
    def several(generated: np.ndarray, n_classes: int) -> dict[str, float]:
        calls.append(len(generated))
        return {"red shift": float(generated.sum()), "mass": 2.0}

    inputs = {"generated": np.ones((3, 1)), "n_classes": 7}
    results = evaluate_metrics(["first_{key}", "second_{key}"], inputs, {"generated": np.zeros((5, 1))})
    assert calls == [3, 5]
    assert [result.name for result in results] == [
        f"{name}_{key}" for name in ("first", "second") for key in ("red_shift", "mass")
    ]
    first = results[0]
    assert (first.value, first.real, first.n, first.n_real) == (3.0, 0.0, 3, 5)
    assert first.explanation == "of 7 and red shift"


def test_a_proportion_carries_its_interval_and_number_of_images(described: dict[str, str]) -> None:
    @metric("half", **described | {"explanation": "a half"})
    def half(generated: np.ndarray) -> Proportion:
        return Proportion(0.5, 0.4, 0.6, 2 * len(generated))

    (result,) = evaluate_metrics("half", {"generated": np.ones((3, 1))}, {"generated": np.ones((4, 1))})
    assert (result.low, result.high, result.n, result.real_low, result.real_high, result.n_real) == (
        *(0.4, 0.6, 6),
        *(0.4, 0.6, 8),
    )


def test_a_group_omits_metrics_that_lack_inputs_or_images(rng: np.random.Generator) -> None:
    features = rng.normal(size=(4, 2))
    names = {result.name for result in evaluate_metrics("fidelity", {"generated": features, "real": features})}
    assert names == {"fd", "kid", "vendi_score"}  # precision and the like need six images, diversity needs labels


def test_too_few_real_images_omit_the_expected_value_only(rng: np.random.Generator) -> None:
    inputs = {name: rng.normal(size=(40, 2)) for name in ("generated", "real")}
    (result,) = evaluate_metrics("fd", inputs, {"generated": rng.normal(size=(1, 2))})
    assert result.value is not None and result.value >= 0 and result.real is None and result.n_real is None


def test_several_draws_of_real_images_give_a_mean_and_a_range(described: dict[str, str]) -> None:
    @metric("total", **described | {"explanation": "a sum"})
    def total(generated: np.ndarray) -> float:
        return float(generated.sum())

    draws = [{"generated": np.full((2, 1), value)} for value in (1.0, 2.0, 6.0)]
    (result,) = evaluate_metrics("total", {"generated": np.ones((3, 1))}, draws)
    assert (result.value, result.real, result.real_low, result.real_high, result.n_real) == (3, 6, 2, 12, 2)


def test_an_unreliable_value_is_replaced_by_the_reason(rng: np.random.Generator) -> None:
    inputs = {name: rng.normal(size=(19, 2)) for name in ("generated", "real")}
    (result,) = evaluate_metrics("fd", inputs)
    assert (result.value, result.reason) == (None, "not computed: 2 features need 20 images, got 19")


def test_a_metric_that_reads_no_real_input_has_no_expected_value() -> None:
    inputs = {"discriminator_on_real": 0.5, "discriminator_on_generated": 0.25}
    (result,) = evaluate_metrics("training", inputs, {"generated": np.ones((3, 1))})
    assert (result.value, result.real, result.n) == (0.25, None, None)


@pytest.mark.parametrize(
    ("metrics", "message"),
    [
        ("fidelty", "no metric 'fidelty'; did you mean fidelity"),
        (["kidd"], "no metric 'kidd'; did you mean kid"),
        ("kid", "metric kid needs generated: features of generated images"),
    ],
)
def test_unknown_metrics_and_missing_inputs_are_refused(metrics: str | list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        evaluate_metrics(metrics, {})


def test_a_taken_name_and_an_unknown_group_or_input_are_refused(described: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="metric kid is registered already, by standin.metrics.kid"):
        metric("kid", **described)
    with pytest.raises(ValueError, match="metrics have no group 'fidelty'; did you mean fidelity"):
        metric("mine", **described | {"group": "fidelty"})
    with pytest.raises(ValueError, match="metrics have no input 'generatd'; did you mean generated"):
        metric("mine", **described)(lambda generatd: 0.0)
    assert "mine" not in METRICS


def test_a_package_adds_a_metric_by_an_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, described: dict[str, str]
) -> None:
    (tmp_path / "others_metrics.py").write_text(
        "from standin.metrics import metric\n"
        f"@metric('others', **{described | {'explanation': 'none'}!r})\n"
        "def others(generated):\n    return 1.0\n"
    )
    info = tmp_path / "others-2.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: others\nVersion: 2.1\n")
    (info / "entry_points.txt").write_text("[standin.metrics]\nothers = others_metrics\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "others 2.1" in plugins()
    assert "others_metrics" not in sys.modules  # plugins are listed without an import
    load_plugins()
    assert "others" in {result.name for result in evaluate_metrics("fidelity", {"generated": np.ones((3, 1))})}


def test_every_metric_of_this_package_is_in_its_index() -> None:
    functions = {entry.function for entry in METRICS.values() if entry.function.__module__.startswith("standin.")}
    missing = {function.__name__ for function in functions if function not in vars(metrics).values()}
    assert len(functions) > 15
    assert not missing


@pytest.mark.parametrize("function", [metrics.kid, metrics.neighborhoods, metrics.frechet_distance])
def test_images_in_the_place_of_features_are_refused_with_what_to_call(function: Any) -> None:
    images = np.zeros((4, 8, 8, 1), np.uint8)
    message = r"shape \(generated images, features\), got \(4, 8, 8, 1\); standin.evaluate_samples\(real, generated\).*"
    with pytest.raises(ValueError, match=message + r"features_of\(model, images\) extracts features"):
        function(images, images)
