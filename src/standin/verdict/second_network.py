"""Whether a classifier of another architecture confirms the answers.

A yes needs both networks: otherwise it would be about one architecture. The hypothesis of a yes is then a conjunction,
which is tested at the level of each test alone (intersection-union test, Berger 1982); Holm's correction of the first
network's answers for the number of arms therefore suffices.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from standin.experiments.arms import REFERENCE, arm_of
from standin.verdict.decision import decide, limit_of
from standin.verdict.facts import Margins, SecondNetworkFacts
from standin.verdict.predictions import Correct, correct_by_arm, select_images
from standin.verdict.schema import SecondAnswer
from standin.verdict.statistics import difference


class SecondNetwork(NamedTuple):
    """Which test images the classifiers of the second network get right.

    Attributes:
        generated: arms with generated images for which it was trained, (generators, 1, images).
        real: arm `real`, (1, images); None if no arm can get a yes, so that it was not trained.
    """

    generated: Correct
    real: np.ndarray | None

    def on(self, images: np.ndarray) -> "SecondNetwork":
        """Of some test images, (n,) bool."""
        real = None if self.real is None else self.real[..., images]
        return SecondNetwork(select_images(self.generated, images), real)


def second_answers(
    second: SecondNetwork, question: str, margins: Margins, bootstrap: Mapping[str, Any]
) -> dict[str, SecondAnswer]:
    """Arm -> its answer by the second network alone, for the arms of a question for which it was trained."""
    answers: dict[str, SecondAnswer] = {}
    if second.real is None:
        return answers
    other, limit = limit_of(second.real, question, margins)
    for arm, correct in second.generated.items():
        if arm_of(arm).question == question:
            tested = difference(correct, other, above=limit, **bootstrap)
            vs_real = tested if other is second.real else difference(correct, second.real, **bootstrap)
            answer = decide({arm: tested}, limit, bootstrap["confidence"]).answer
            answers[arm] = SecondAnswer(answer=answer, **vs_real.in_pp())
    return answers


def second_networks(
    test: dict[str, np.ndarray], predictions: Sequence[pd.DataFrame], models: Sequence[str]
) -> dict[str, SecondNetwork]:
    """Model -> which test images the second network gets right.

    Args:
        predictions: of arm real, then of each experiment; an arm counts if all generator seeds have it.
    """
    real = correct_by_arm(predictions[0], test).get(REFERENCE)
    seconds = {}
    for model in dict.fromkeys(models):
        of_model = [table for name, table in zip(models, predictions[1:], strict=True) if name == model]
        generators = [correct_by_arm(table, test) for table in of_model]
        arms = [arm for arm in generators[0] if all(arm in correct for correct in generators)]
        generated = {arm: np.stack([correct[arm] for correct in generators]) for arm in arms}
        seconds[model] = SecondNetwork(generated if real is not None else {}, real)
    return seconds


def facts_of(architecture: str | None, seconds: Mapping[str, SecondNetwork]) -> SecondNetworkFacts | None:
    """What the verdict states about the second network; None: there is none."""
    if architecture is None:
        return None
    real = next(second.real for second in seconds.values())
    return SecondNetworkFacts(architecture=architecture, real_accuracy=None if real is None else float(real.mean()))
