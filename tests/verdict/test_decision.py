"""From intervals to answers."""

import pytest

from standin.verdict.decision import decide, holm
from standin.verdict.statistics import Difference


def difference(low: float, high: float, p: float = 0.5) -> Difference:
    return Difference((low + high) / 2, low, high, p, 3, 1)


def controlled(differences: dict[str, Difference]) -> dict[str, dict[str, Difference]]:
    """Arm -> its difference from one control."""
    return {arm: {"oversampled": vs_control} for arm, vs_control in differences.items()}


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [(-0.009, 0.004, "yes"), (-0.03, -0.011, "no"), (-0.02, 0.0, "undecided"), (-0.01, 0.5, "undecided")],
)
def test_replace_is_tested_against_the_allowed_loss(low: float, high: float, answer: str) -> None:
    assert decide({"synthetic": difference(low, high, 0.001)}, -0.01, 0.95).answer == answer


def test_each_amount_of_generated_images_is_an_arm_of_its_own() -> None:
    few, many = difference(-0.03, -0.011, 0.999), difference(-0.009, 0.004, 0.001)
    assert decide({"synthetic": few, "synthetic n100": many}, -0.01, 0.95) == (
        "yes",
        "synthetic n100",
        {"synthetic": "no", "synthetic n100": "yes"},
    )
    barely = difference(-0.0099, 0.004, 0.02)
    assert decide({"synthetic": barely}, -0.01, 0.95).answer == "yes"
    assert decide({"synthetic": few, "synthetic n100": barely}, -0.01, 0.95).answer == "undecided"


def test_extend_is_yes_if_an_arm_gains_and_is_not_below_its_control() -> None:
    gains = {"mixed": difference(0.002, 0.006, 0.001), "synthetic_then_real": difference(-0.01, -0.002, 0.999)}
    assert decide(gains, 0.0, 0.95) == ("yes", "mixed", {"mixed": "yes", "synthetic_then_real": "no"})
    better = {"mixed": difference(-0.001, 0.003), "synthetic_then_real": difference(-0.01, 0.0)}
    assert decide(gains, 0.0, 0.95, controlled(better)).answer == "yes"
    worse = {"mixed": difference(-0.02, -0.001), "synthetic_then_real": difference(-0.01, 0.0)}
    assert decide(gains, 0.0, 0.95, controlled(worse)).by_arm == {"mixed": "no", "synthetic_then_real": "no"}


def test_an_arm_that_measures_below_its_control_gets_no_yes() -> None:
    gains = {"mixed": difference(0.002, 0.006, 0.001)}
    assert decide(gains, 0.0, 0.95, controlled({"mixed": difference(-0.005, 0.001)})).answer == "undecided"
    assert decide(gains, 0.0, 0.95, controlled({"mixed": difference(-0.001, 0.005)})).answer == "yes"


def test_the_level_is_adjusted_for_the_number_of_arms() -> None:
    """Alone, p = .02 is below .025; of two arms the better one needs .0125."""
    arm = difference(0.0001, 0.002, 0.02)
    assert decide({"mixed": arm}, 0.0, 0.95).answer == "yes"
    assert (
        decide({"mixed": arm, "synthetic_then_real": difference(-0.001, 0.001, 0.5)}, 0.0, 0.95).answer == "undecided"
    )


def test_a_gain_below_the_margin_is_no() -> None:
    assert decide({"mixed": difference(0.002, 0.004, 1.0)}, 0.005, 0.95).answer == "no"


def test_the_arm_of_an_answer_is_the_best_with_this_answer() -> None:
    gains = {"mixed": difference(0.001, 0.003, 0.0001), "synthetic_then_real": difference(0.002, 0.006, 0.0001)}
    assert decide(gains, 0.0, 0.95).arm == "synthetic_then_real"


def test_holm_by_hand() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "c": 0.06, "b": 0.06})
    assert holm({"a": 0.9, "b": 0.6}) == {"a": 1.0, "b": 1.0}
