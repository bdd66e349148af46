"""From intervals to answers: can generated rows replace real ones, can they extend them?

An answer is yes or no where the interval leaves no doubt about its margin, and else undecided.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from standin.metrics.difference import Difference

Answer = Literal["yes", "no", "undecided"]


class Extension(NamedTuple):
    """Whether an arm with real and generated rows is better than real rows alone.

    Attributes:
        answer: of the arms together: yes if one says yes, no if all say no.
        arm: the one that says it best.
        by_arm: each arm's answer.
    """

    answer: Answer
    arm: str
    by_arm: dict[str, Answer]


def replace(alone: Difference, margin: float) -> Answer:
    """Whether generated rows alone do as well as real ones, but for a margin.

    Args:
        alone: arm S minus arm R.
        margin: the loss that is still no loss, as a share.
    """
    if alone.low > -margin:
        return "yes"
    return "no" if alone.high < -margin else "undecided"


def extend(
    against_real: Mapping[str, Difference],
    against_augmented: Mapping[str, Difference],
    margin: float,
    confidence: float,
) -> Extension:
    """Whether generated rows beside real ones gain anything, and not less than classical augmentation does.

    Several arms get several chances to look good by luck: their p-values are held to Holm's limits (Holm 1979).

    Args:
        against_real: arm -> its difference from arm R, held against `margin`.
        against_augmented: the same from arm R+aug; empty where that was not run.
        margin: the gain below which a gain is none, as a share.
        confidence: of the two-sided intervals.
    """
    chances = holm({arm: found.p_not_above for arm, found in against_real.items()})
    worse = {arm for arm, found in against_augmented.items() if found.high < 0}
    answers: dict[str, Answer] = {}
    for arm, found in against_real.items():
        if arm in worse or found.high <= margin:
            answers[arm] = "no"
        elif found.low > margin and chances[arm] <= (1 - confidence) / 2:
            answers[arm] = "yes"
        else:
            answers[arm] = "undecided"
    for answer in ("yes", "undecided", "no"):
        arms = [arm for arm, found in answers.items() if found == answer]
        if arms:
            return Extension(answer, max(arms, key=lambda arm: against_real[arm].value), answers)
    raise ValueError("against_real must hold at least one arm, got none")


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """p-values adjusted for how many there are (Holm 1979): reject where the adjusted one is at most the level."""
    adjusted, running = {}, 0.0
    for place, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        running = max(running, min(1.0, (len(p_values) - place) * p_values[name]))
        adjusted[name] = running
    return adjusted
