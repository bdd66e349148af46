"""Compares one generative model's arms with the arms without generated images, and answers both questions."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from standin.experiments.arms import REFERENCE, arm_of
from standin.verdict.decision import Decision, extend, replace
from standin.verdict.predictions import Correct, select_images
from standin.verdict.schema import Answer, Answers, ArmAnswer, Comparison, Margins
from standin.verdict.statistics import Difference, difference

MIN_IMAGES = 2
"""Test images without which there is no interval."""


def answer_questions(
    made: Correct,
    real: Correct,
    margins: Margins,
    bootstrap: Mapping[str, Any],
    allow_yes: bool,
    images: np.ndarray | None = None,
) -> Answers:
    """`replace` and `extend` for one generative model.

    Args:
        made: arms with generated images, (generators, classifiers, images).
        real: arms without, (classifiers, images).
        bootstrap: `resamples`, `confidence`, `seed`.
        allow_yes: False where a yes would prove nothing: images may be copies, or arm real is badly trained.
        images: (images,) bool, the test images to answer on; None: all.
    """
    if images is not None:
        made, real = select_images(made, images), select_images(real, images)
    if REFERENCE not in real or real[REFERENCE].shape[-1] < MIN_IMAGES:
        return Answers()
    confidence = bootstrap["confidence"]
    allowed_loss, required_gain = margins.replace_margin / 100, margins.extend_margin / 100
    vs_controls = {
        arm: {
            control: difference(made[arm], real[control], **bootstrap)
            for control in arm_of(arm).controls
            if control in real
        }
        for arm in made
    }

    def vs_real(question: str, limit: float) -> dict[str, Difference]:
        arms = [arm for arm in made if arm_of(arm).question == question]
        return {arm: difference(made[arm], real[REFERENCE], above=limit, **bootstrap) for arm in arms}

    answers: dict[str, Answer] = {}
    if losses := vs_real("replace", -allowed_loss):
        decision = replace(losses, allowed_loss, confidence)
        answers["replace"] = _answer(decision, losses, vs_controls, allow_yes)
    if gains := vs_real("extend", required_gain):
        decision = extend(gains, vs_controls, required_gain, confidence)
        answers["extend"] = _answer(decision, gains, vs_controls, allow_yes)
    return Answers(**answers)


def compare_arms(made: Correct, other: Correct, bootstrap: Mapping[str, Any]) -> dict[str, Comparison]:
    """Every arm that two generative models have in common, the first compared with the second: paired by generator seed
    where both have equally many."""
    comparisons = {}
    for arm, correct in other.items():
        if arm in made:
            paired = correct if len(correct) == len(made[arm]) else correct.mean(axis=0)
            comparisons[arm] = compare(made[arm], paired, bootstrap)
    return comparisons


def compare(correct: np.ndarray, other: np.ndarray, bootstrap: Mapping[str, Any]) -> Comparison:
    """The difference of two arms in percentage points; shapes as for `difference`."""
    return Comparison(**_in_pp(difference(correct, other, **bootstrap)))


def _answer(
    decision: Decision,
    vs_real: Mapping[str, Difference],
    vs_controls: Mapping[str, Mapping[str, Difference]],
    allow_yes: bool,
) -> Answer:
    def outcome(decided: str) -> Any:
        return "undecided" if decided == "yes" and not allow_yes else decided

    by_arm = {
        arm: ArmAnswer(
            answer=outcome(decision.by_arm[arm]),
            vs_controls={control: Comparison(**_in_pp(found)) for control, found in vs_controls[arm].items()},
            **_in_pp(compared),
        )
        for arm, compared in vs_real.items()
    }
    return Answer(answer=outcome(decision.answer), arm=decision.arm, by_arm=by_arm)


def _in_pp(found: Difference) -> dict[str, Any]:
    return {
        "pp": 100 * found.value,
        "low": 100 * found.low,
        "high": 100 * found.high,
        "of_any_generator": found.of_any_generator,
        "of_any_classifier": found.of_any_classifier,
    }
