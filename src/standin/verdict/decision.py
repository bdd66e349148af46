"""From intervals to answers: can generated rows replace real ones, can they extend them?

An answer is yes or no where the interval leaves no doubt about its margin, and else undecided.
"""

from collections.abc import Mapping, Sequence, Set
from typing import Literal, NamedTuple

from standin.verdict.statistics import Difference

Answer = Literal["yes", "no", "undecided"]


class Judgment(NamedTuple):
    """What several arms say together, or one alone.

    Attributes:
        answer: yes if one arm says yes, no if all say no.
        arm: the one that says it best.
        by_arm: each arm's answer.
    """

    answer: Answer
    arm: str
    by_arm: dict[str, Answer]


def replace(alone: Mapping[str, Difference], margin: float, confidence: float) -> Judgment:
    """Whether generated rows alone do as well as real ones, but for a margin.

    Args:
        alone: arm (synthetic, with one or several numbers of rows) -> its difference from arm real, held against `-margin`.
        margin: the loss that is still no loss, as a share.
        confidence: of the two-sided intervals.
    """
    return _judgment(alone, -margin, confidence)


def extend(
    against_real: Mapping[str, Difference],
    against_controls: Sequence[Mapping[str, Difference]],
    margin: float,
    confidence: float,
) -> Judgment:
    """Whether generated rows beside real ones gain anything, and not less than what is had without a generative model
    (classical augmentation, repeated rows): yes only where no less was measured, no where it is surely less.

    Args:
        against_real: arm -> its difference from arm real, held against `margin`.
        against_controls: the same from each arm that does without; of the arms that it is a control for.
        margin: the gain below which a gain is none, as a share.
        confidence: of the two-sided intervals.
    """
    worse = {arm for control in against_controls for arm, found in control.items() if found.high < 0}
    doubtful = {arm for control in against_controls for arm, found in control.items() if found.value < 0}
    return _judgment(against_real, margin, confidence, worse, doubtful)


def _judgment(
    found: Mapping[str, Difference],
    limit: float,
    confidence: float,
    worse: Set[str] = frozenset(),
    doubtful: Set[str] = frozenset(),
) -> Judgment:
    """Several arms get several chances to look good by luck: their p-values are held to Holm's limits (Holm 1979).

    Args:
        worse: arms whose answer is no, whatever their difference.
        doubtful: arms whose answer is not yes.
    """
    if not found:
        raise ValueError("there must be at least one arm, got none")
    chances = holm({arm: difference.p_not_above for arm, difference in found.items()})
    answers: dict[str, Answer] = {}
    for arm, difference in found.items():
        if arm in worse or difference.high <= limit:
            answers[arm] = "no"
        elif arm not in doubtful and difference.low > limit and chances[arm] <= (1 - confidence) / 2:
            answers[arm] = "yes"
        else:
            answers[arm] = "undecided"
    said: Answer = next(answer for answer in ("yes", "undecided", "no") if answer in answers.values())
    arms = [arm for arm, answer in answers.items() if answer == said]
    return Judgment(said, max(arms, key=lambda arm: found[arm].value), answers)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """p-values adjusted for how many there are (Holm 1979): reject where the adjusted one is at most the level."""
    adjusted, running = {}, 0.0
    for place, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        running = max(running, min(1.0, (len(p_values) - place) * p_values[name]))
        adjusted[name] = running
    return adjusted
