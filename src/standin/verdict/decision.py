"""From intervals to answers: can generated images replace real ones, can they extend them?

An answer is yes or no if the whole interval lies on one side of the margin, otherwise undecided.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

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


def decide(
    vs_real: Mapping[str, Difference],
    limit: float,
    confidence: float,
    vs_controls: Mapping[str, Mapping[str, Difference]] | None = None,
) -> Decision:
    """Whether arms exceed a limit compared with arm real. p-values are adjusted for the number of arms (Holm 1979).

    Args:
        vs_real: arm -> its difference from arm real, tested against `limit`.
        limit: minus the allowed loss (a non-inferiority test), or the required gain; a proportion.
        confidence: of the two-sided intervals.
        vs_controls: arm -> its difference from each control, which needs no generative model (oversampling). An arm
            that measures below a control does not get a yes; if the whole interval is below, it gets a no.
    """
    adjusted = holm({arm: difference.p_not_above for arm, difference in vs_real.items()})
    by_arm: dict[str, Outcome] = {}
    for arm, difference in vs_real.items():
        controls = (vs_controls or {}).get(arm, {}).values()
        if difference.high <= limit or any(control.high < 0 for control in controls):
            by_arm[arm] = "no"
        elif difference.low <= limit or adjusted[arm] > (1 - confidence) / 2 or any(c.value < 0 for c in controls):
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
