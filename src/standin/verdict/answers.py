"""Compares a generative model's arms with the arms without generated images, and answers both questions."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from standin.experiments.arms import REFERENCE, arm_of
from standin.verdict.decision import decide, limit_of
from standin.verdict.facts import Margins
from standin.verdict.predictions import Correct, select_images
from standin.verdict.schema import ANY, THESE, Answer, Answers, ArmAnswer, Comparison
from standin.verdict.second_network import SecondNetwork, second_answers
from standin.verdict.statistics import difference

MIN_IMAGES = 2
"""Fewer test images give no interval."""


def answer_questions(
    generated: Correct,
    real: Correct,
    margins: Margins,
    bootstrap: Mapping[str, Any],
    allow_yes: bool,
    converged: bool = True,
    images: np.ndarray | None = None,
    second: SecondNetwork | None = None,
) -> Answers:
    """`replace` and `extend` for one generative model.

    Args:
        generated: arms with generated images, (generators, classifiers, images).
        real: arms without, (classifiers, images).
        bootstrap: `resamples`, `confidence`, `seed`; optionally `groups` of the test images.
        allow_yes: False if memorization was detected or not tested, or if arm real is too inaccurate: then a yes
            becomes undecided.
        converged: False if longer training improves arm real: generated images may then seem to help where longer
            training would too, so that `extend` is undecided.
        images: (images,) bool, the test images to answer on; None: all.
        second: without its yes, a yes becomes undecided; None: one network suffices. It is trained where all images
            allow a yes; on some of the images only, an arm for which it was not trained needs no other.
    """
    untrained = {*generated} - {*second.generated} if second and images is not None else set()
    if images is not None:
        generated, real = select_images(generated, images), select_images(real, images)
        second = second.on(images) if second else None
        if "groups" in bootstrap:
            bootstrap = {**bootstrap, "groups": bootstrap["groups"][images]}
    if REFERENCE not in real or real[REFERENCE].shape[-1] < MIN_IMAGES:
        return Answers()

    def answer(question: str) -> Answer | None:
        correct = {arm: values for arm, values in generated.items() if arm_of(arm).question == question}
        if not correct:
            return None
        vs_controls = {
            arm: {
                control: difference(correct[arm], real[control], **bootstrap)
                for control in arm_of(arm).controls
                if control in real
            }
            for arm in correct
        }
        references = {arm: real[arm_of(arm).reference] for arm in correct}
        others = {arm: limit_of(reference, question, margins)[0] for arm, reference in references.items()}
        limit = limit_of(real[REFERENCE], question, margins)[1]
        tested = {arm: difference(correct[arm], others[arm], above=limit, **bootstrap) for arm in correct}
        vs_real = {
            arm: tested[arm] if others[arm] is reference else difference(correct[arm], reference, **bootstrap)
            for arm, reference in references.items()
        }
        controls = vs_controls if question == "extend" else None
        alone = decide(tested, limit, bootstrap["confidence"], controls)
        seconds = second_answers(second, question, margins, bootstrap) if second else {}
        confirmed = {arm for arm, of_arm in seconds.items() if of_arm.answer == "yes"} if second else {*correct}
        confirmed |= untrained
        decision = decide(tested, limit, bootstrap["confidence"], controls, unconfirmed={*correct} - confirmed)

        answered = converged or question != "extend"

        def outcome(decided: str) -> Any:
            return decided if answered and (allow_yes or decided != "yes") else "undecided"

        by_arm = {
            arm: ArmAnswer(
                answer=outcome(decision.by_arm[arm]),
                vs_controls={control: Comparison(**d.in_pp()) for control, d in vs_controls[arm].items()},
                alone=alone.by_arm[arm],
                second_network=seconds.get(arm),
                **vs_real[arm].in_pp(),
            )
            for arm in correct
        }
        best = by_arm[decision.arm]
        scope: Any = ANY if best.of_any_generator and best.of_any_classifier else THESE
        return Answer(answer=outcome(decision.answer), scope=scope, arm=decision.arm, by_arm=by_arm)

    return Answers(replace=answer("replace"), extend=answer("extend"))


def compare(correct: np.ndarray, other: np.ndarray, bootstrap: Mapping[str, Any]) -> Comparison:
    """The difference of two arms in percentage points; shapes as for `difference`."""
    return Comparison(**difference(correct, other, **bootstrap).in_pp())
