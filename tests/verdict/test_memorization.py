"""What the membership tests say about a model."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from standin.metrics import evaluate_metrics
from standin.verdict.memorization import memorization_in, worst


def tested(rng: np.random.Generator, closer: float = 0.0, copied: int = 0, equal: int = 0) -> list[Mapping[str, Any]]:
    """Metrics of a model: in pixels, members are closer by `closer`, and `copied` of them have distance 0."""
    distances: dict[str, dict[str, np.ndarray]] = {"members": {}, "held_out": {}}
    for key in ("features_a", "features_b", "pixels_a", "pixels_b"):
        members, distances["held_out"][key] = rng.normal(5, 1, 1000), rng.normal(5, 1, 500)
        if key.startswith("pixels"):
            members = members - closer
            members[:copied] = 0
        distances["members"][key] = members
    inputs = {f"{role}_distances": by_key for role, by_key in distances.items()}
    counts = {"n_training": 2000, "n_generated": 2000, "n_copies": equal}
    return [m._asdict() for m in evaluate_metrics("membership", inputs | counts)]


def test_without_memorization_none_is_detected_and_the_detectable_copies_are_stated(rng: np.random.Generator) -> None:
    found = memorization_in(tested(rng))
    assert found is not None and not found.detected
    assert abs(found.auc - 0.5) < 0.05 and found.tpr < 0.03
    assert 0 < found.detectable_copies <= 0.02


def test_many_members_that_are_closer_and_few_that_are_copied_are_detected(rng: np.random.Generator) -> None:
    for metrics in (tested(rng, closer=0.5), tested(rng, copied=30)):
        found = memorization_in(metrics)
        assert found is not None and found.detected and found.space == "pixels"


def test_equal_images_are_memorization_whatever_the_distances(rng: np.random.Generator) -> None:
    found = [memorization_in(tested(rng, equal=n)) for n in (1, 2, 200)]
    assert [f.detected for f in found if f] == [False, True, True]
    assert [f.exact_copies for f in found if f] == [0.0005, 0.001, 0.1]
    assert worst([found[1], found[2]]) is found[2]


def test_a_significant_but_small_difference_is_no_memorization(rng: np.random.Generator) -> None:
    metrics = {metric["name"]: metric for metric in tested(rng)}
    for name, value in (("membership_auc_pixels", 0.53), ("membership_auc_p_pixels", 1e-9)):
        metrics[name] = {**metrics[name], "value": value}
    found = memorization_in([*metrics.values()])
    assert found is not None and not found.detected and found.space == "pixels" and found.auc == 0.53


def test_images_in_the_place_of_withheld_ones_are_tested_by_their_authenticity(rng: np.random.Generator) -> None:
    metrics = tested(rng)
    imputed = {"name": "imputed_authenticity", "value": 0.55, "high": 0.57, "real_low": 0.58}
    for real_low, detected in ((0.58, True), (0.56, False), (None, False)):
        found = memorization_in([*metrics, imputed | {"real_low": real_low}])
        assert found is not None and found.detected == detected


def test_too_few_images_are_not_tested() -> None:
    assert memorization_in([]) is None


def test_of_several_seeds_the_clearest_result_counts_and_all_must_be_tested(rng: np.random.Generator) -> None:
    clean, copies = memorization_in(tested(rng)), memorization_in(tested(rng, copied=30))
    assert worst([clean, copies, clean]) is copies
    assert worst([clean, None]) is None
