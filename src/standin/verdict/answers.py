"""Compares a generative model's arms with the arms without generated images, and answers both questions."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from standin.experiments.arms import REFERENCE, arm_of
from standin.verdict.decision import decide
from standin.verdict.predictions import Correct, select_images
from standin.verdict.schema import Answer, Answers, ArmAnswer, Comparison, Margins
from standin.verdict.statistics import difference

MIN_IMAGES = 2
"""Fewer test images give no interval."""


def answer_questions(
    generated: Correct,
    real: Correct,
    margins: Margins,
    bootstrap: Mapping[str, Any],
    allow_yes: bool,
    images: np.ndarray | None = None,
) -> Answers:
    """`replace` and `extend` for one generative model.

    Args:
        generated: arms with generated images, (generators, classifiers, images).
        real: arms without, (classifiers, images).
        bootstrap: `resamples`, `confidence`, `seed`.
        allow_yes: False if images may be copies, or if arm real is too inaccurate: then a yes becomes undecided.
        images: (images,) bool, the test images to answer on; None: all.
    """
    if images is not None:
        generated, real = select_images(generated, images), select_images(real, images)
    if REFERENCE not in real or real[REFERENCE].shape[-1] < MIN_IMAGES:
        return Answers()

    def answer(question: str, limit: float) -> Answer | None:
        correct = {arm: values for arm, values in generated.items() if arm_of(arm).question == question}
        if not correct:
            return None
        vs_real = {arm: difference(correct[arm], real[REFERENCE], above=limit, **bootstrap) for arm in correct}
        vs_controls = {
            arm: {
                control: difference(correct[arm], real[control], **bootstrap)
                for control in arm_of(arm).controls
                if control in real
            }
            for arm in correct
        }
        decision = decide(vs_real, limit, bootstrap["confidence"], vs_controls if question == "extend" else None)

        def outcome(decided: str) -> Any:
            return "undecided" if decided == "yes" and not allow_yes else decided

        by_arm = {
            arm: ArmAnswer(
                answer=outcome(decision.by_arm[arm]),
                vs_controls={control: Comparison(**d.in_pp()) for control, d in vs_controls[arm].items()},
                **vs_real[arm].in_pp(),
            )
            for arm in correct
        }
        return Answer(answer=outcome(decision.answer), arm=decision.arm, by_arm=by_arm)

    return Answers(
        replace=answer("replace", -margins.replace_margin / 100), extend=answer("extend", margins.extend_margin / 100)
    )


def compare(correct: np.ndarray, other: np.ndarray, bootstrap: Mapping[str, Any]) -> Comparison:
    """The difference of two arms in percentage points; shapes as for `difference`."""
    return Comparison(**difference(correct, other, **bootstrap).in_pp())
