"""From intervals to answers: can generated images replace real ones, can they extend them?

The answer is yes or no where the whole interval lies on one side of the margin, otherwise undecided.
"""

from collections.abc import Mapping, Set
from typing import Literal, NamedTuple

from standin.verdict.statistics import Difference

Outcome = Literal["yes", "no", "undecided"]


class Decision(NamedTuple):
    """The answer of several arms together.

    Attributes:
        answer: yes if one arm says yes, no if all say no.
        arm: the best of the arms that give this answer.
        by_arm: each arm's answer.
    """

    answer: Outcome
    arm: str
    by_arm: dict[str, Outcome]


def replace(vs_real: Mapping[str, Difference], margin: float, confidence: float) -> Decision:
    """Whether generated images alone are as good as real ones, up to a margin (non-inferiority).

    Args:
        vs_real: arm -> its difference from arm real, tested against `-margin`.
        margin: the loss that is allowed, a proportion.
        confidence: of the two-sided intervals.
    """
    return _decide(vs_real, -margin, confidence)


def extend(
    vs_real: Mapping[str, Difference],
    vs_controls: Mapping[str, Mapping[str, Difference]],
    margin: float,
    confidence: float,
) -> Decision:
    """Whether adding generated images to real ones gains anything, and no less than what needs no generative model
    (augmentation, oversampling): an arm that measured below a control is not answered with yes, and with no if the
    whole interval lies below.

    Args:
        vs_real: arm -> its difference from arm real, tested against `margin`.
        vs_controls: arm -> its difference from each of its controls.
        margin: the gain that is required, a proportion.
        confidence: of the two-sided intervals.
    """
    worse = {arm for arm, controls in vs_controls.items() if any(found.high < 0 for found in controls.values())}
    doubtful = {arm for arm, controls in vs_controls.items() if any(found.value < 0 for found in controls.values())}
    return _decide(vs_real, margin, confidence, worse, doubtful)


def _decide(
    vs_real: Mapping[str, Difference],
    limit: float,
    confidence: float,
    worse: Set[str] = frozenset(),
    doubtful: Set[str] = frozenset(),
) -> Decision:
    """Several arms get several chances to look good by luck: their p-values are adjusted (Holm 1979).

    Args:
        worse: arms whose answer is no, whatever their difference.
        doubtful: arms whose answer is not yes.
    """
    if not vs_real:
        raise ValueError("there must be at least one arm, got none")
    adjusted = holm({arm: difference.p_not_above for arm, difference in vs_real.items()})
    answers: dict[str, Outcome] = {}
    for arm, difference in vs_real.items():
        if arm in worse or difference.high <= limit:
            answers[arm] = "no"
        elif arm not in doubtful and difference.low > limit and adjusted[arm] <= (1 - confidence) / 2:
            answers[arm] = "yes"
        else:
            answers[arm] = "undecided"
    outcomes: tuple[Outcome, ...] = ("yes", "undecided", "no")
    answer = next(outcome for outcome in outcomes if outcome in answers.values())
    arms = [arm for arm, outcome in answers.items() if outcome == answer]
    return Decision(answer, max(arms, key=lambda arm: vs_real[arm].value), answers)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """p-values adjusted for their number (Holm 1979): reject where the adjusted one is at most the level."""
    adjusted, running = {}, 0.0
    for place, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        running = max(running, min(1.0, (len(p_values) - place) * p_values[name]))
        adjusted[name] = running
    return adjusted
