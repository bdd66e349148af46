"""From intervals to answers."""

import pytest

from standin.verdict.decision import extend, holm, replace
from standin.verdict.statistics import Difference


def difference(low: float, high: float, p: float = 0.5) -> Difference:
    return Difference((low + high) / 2, low, high, p, 3, 1)


def controlled(differences: dict[str, Difference]) -> dict[str, dict[str, Difference]]:
    """Arm -> its difference from one control."""
    return {arm: {"real_augmented": found} for arm, found in differences.items()}


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [(-0.009, 0.004, "yes"), (-0.03, -0.011, "no"), (-0.02, 0.0, "undecided"), (-0.01, 0.5, "undecided")],
)
def test_replacing_is_tested_against_its_margin(low: float, high: float, answer: str) -> None:
    assert replace({"synthetic": difference(low, high, 0.001)}, 0.01, 0.95).answer == answer


def test_more_generated_images_are_another_chance_to_replace_real_ones() -> None:
    few, many = difference(-0.03, -0.011, 0.999), difference(-0.009, 0.004, 0.001)
    assert replace({"synthetic": few, "synthetic n100": many}, 0.01, 0.95) == (
        "yes",
        "synthetic n100",
        {"synthetic": "no", "synthetic n100": "yes"},
    )
    barely = difference(-0.0099, 0.004, 0.02)
    assert replace({"synthetic": barely}, 0.01, 0.95).answer == "yes"
    assert replace({"synthetic": few, "synthetic n100": barely}, 0.01, 0.95).answer == "undecided"


def test_extending_is_yes_where_an_arm_gains_and_is_not_below_augmentation() -> None:
    gains = {"mixed": difference(0.002, 0.006, 0.001), "synthetic_then_real": difference(-0.01, -0.002, 0.999)}
    assert extend(gains, {}, 0.0, 0.95) == ("yes", "mixed", {"mixed": "yes", "synthetic_then_real": "no"})
    better = {"mixed": difference(-0.001, 0.003), "synthetic_then_real": difference(-0.01, 0.0)}
    assert extend(gains, controlled(better), 0.0, 0.95).answer == "yes"
    worse = {"mixed": difference(-0.02, -0.001), "synthetic_then_real": difference(-0.01, 0.0)}
    assert extend(gains, controlled(worse), 0.0, 0.95).by_arm == {"mixed": "no", "synthetic_then_real": "no"}


def test_an_arm_that_measured_worse_than_augmentation_says_no_yes() -> None:
    gains = {"mixed": difference(0.002, 0.006, 0.001)}
    assert extend(gains, controlled({"mixed": difference(-0.005, 0.001)}), 0.0, 0.95).answer == "undecided"
    assert extend(gains, controlled({"mixed": difference(-0.001, 0.005)}), 0.0, 0.95).answer == "yes"


def test_two_arms_have_two_chances_so_that_each_must_be_surer() -> None:
    """Alone, p = .02 is below .025; of two arms the better one needs .0125."""
    arm = difference(0.0001, 0.002, 0.02)
    assert extend({"mixed": arm}, {}, 0.0, 0.95).answer == "yes"
    assert (
        extend({"mixed": arm, "synthetic_then_real": difference(-0.001, 0.001, 0.5)}, {}, 0.0, 0.95).answer
        == "undecided"
    )


def test_a_gain_has_to_reach_its_margin() -> None:
    assert extend({"mixed": difference(0.002, 0.004, 1.0)}, {}, 0.005, 0.95).answer == "no"


def test_the_arm_that_is_named_is_the_best_of_those_that_give_the_answer() -> None:
    gains = {"mixed": difference(0.001, 0.003, 0.0001), "synthetic_then_real": difference(0.002, 0.006, 0.0001)}
    assert extend(gains, {}, 0.0, 0.95).arm == "synthetic_then_real"


def test_holm_by_hand() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "c": 0.06, "b": 0.06})
    assert holm({"a": 0.9, "b": 0.6}) == {"a": 1.0, "b": 1.0}
