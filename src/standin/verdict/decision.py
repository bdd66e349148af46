"""From intervals to answers: can generated images replace real ones, can they extend them?

An answer is yes or no if the whole interval lies on one side of the margin, otherwise undecided.
"""

from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple

import numpy as np

from standin.experiments.arms import arm_of
from standin.verdict.facts import Margins
from standin.verdict.statistics import Difference

Outcome = Literal["yes", "no", "undecided"]
OUTCOMES: tuple[Outcome, ...] = ("yes", "undecided", "no")


class Decision(NamedTuple):
    """One answer from several arms.

    Attributes:
        answer: yes if any arm says yes, no if all say no.
        arm: the best arm with this answer.
        by_arm: each arm's answer.
    """

    answer: Outcome
    arm: str
    by_arm: dict[str, Outcome]


def limit_of(real: np.ndarray, question: str, margins: Margins) -> tuple[np.ndarray, float]:
    """What an arm is compared with, and the limit of the difference, a proportion.

    Args:
        real: (classifiers, images) of arm real, correct or not.
        question: replace or extend.

    Returns:
        `real` and minus the allowed loss, or the required gain; where `replace` allows a ratio of errors,
        1 - ratio * errors of real, and 0.
    """
    if question == "extend":
        return real, margins.extend_margin / 100
    if margins.replace_error_ratio is not None:
        return 1 - margins.replace_error_ratio * (1 - real), 0.0
    return real, -margins.replace_margin / 100


def possible_yes(generated: Mapping[str, np.ndarray], real: np.ndarray, margins: Margins) -> list[str]:
    """The arms whose answer can be yes: they have a question, and their difference exceeds its limit.

    Args:
        generated: arms with generated images, (generators, classifiers, images).
        real: arm `real`, (classifiers, images).
    """

    def exceeds(arm: str) -> bool:
        question = arm_of(arm).question
        if question is None:
            return False
        other, limit = limit_of(real, question, margins)
        return bool(generated[arm].mean() - other.mean() > limit)

    return [arm for arm in generated if arm_of(arm).question and exceeds(arm)]


def decide(
    vs_real: Mapping[str, Difference],
    limit: float,
    confidence: float,
    vs_controls: Mapping[str, Mapping[str, Difference]] | None = None,
    unconfirmed: Collection[str] = (),
) -> Decision:
    """Whether arms exceed a limit compared with arm real. p-values are adjusted for the number of arms (Holm 1979).

    Args:
        vs_real: arm -> its difference from arm real, tested against `limit`.
        limit: minus the allowed loss (a non-inferiority test), or the required gain; a proportion.
        confidence: of the two-sided intervals.
        vs_controls: arm -> its difference from each control, which needs no generative model (oversampling). An arm
            that measures below a control does not get a yes; if the whole interval is below, it gets a no.
        unconfirmed: arms that get no yes, since a second network does not confirm it.
    """
    adjusted = holm({arm: difference.p_not_above for arm, difference in vs_real.items()})
    by_arm: dict[str, Outcome] = {}
    for arm, difference in vs_real.items():
        controls = (vs_controls or {}).get(arm, {}).values()
        if difference.high <= limit or any(control.high < 0 for control in controls):
            by_arm[arm] = "no"
        elif (
            difference.low <= limit
            or adjusted[arm] > (1 - confidence) / 2
            or any(control.value < 0 for control in controls)
            or arm in unconfirmed
        ):
            by_arm[arm] = "undecided"
        else:
            by_arm[arm] = "yes"
    answer = min(by_arm.values(), key=OUTCOMES.index)
    best = max((arm for arm in by_arm if by_arm[arm] == answer), key=lambda arm: vs_real[arm].value)
    return Decision(answer, best, by_arm)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """p-values adjusted for their number (Holm 1979): reject if the adjusted value is at most the level."""
    adjusted, running = {}, 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        running = max(running, min(1.0, (len(p_values) - rank) * p_values[name]))
        adjusted[name] = running
    return adjusted
