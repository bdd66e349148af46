"""A yes needs a second network: what it changes, and where it is needed."""

import numpy as np
import pandas as pd
import pytest

from standin.experiments.arms import Run
from standin.pipelines.other_classifiers.pipeline import create_experiment_pipeline
from standin.verdict.decision import decide, possible_yes
from standin.verdict.facts import Margins
from standin.verdict.schema import ModelVerdict
from standin.verdict.second_network import SecondNetwork, second_answers
from tests.verdict.test_compute import BOOTSTRAP, NEAR, predictions, verdict_on
from tests.verdict.test_decision import difference

MARGINS = Margins(replace_margin=1, replace_error_ratio=None, extend_margin=0, real_at_least=None)
NONE = predictions(real=[]).iloc[:0]
"""No rows: the second network was not trained."""


def wrong_on(images: int, of: int = 1000) -> np.ndarray:
    """(1, images) of a classifier that is wrong on the first images."""
    return (np.arange(of) >= images)[np.newaxis]


def verdict_with(*second: pd.DataFrame, metrics: list | None = None) -> ModelVerdict:
    """Of a model with 20 errors alone and mixed, where real images have 50.

    Args:
        second: the second network's predictions of arm real, then of the model.
    """
    generated, real = {"gan": [predictions(synthetic=[*range(20)], mixed=[*range(20)])]}, predictions(real=[*range(50)])
    options = {"metrics": metrics} if metrics else {}
    verdict = verdict_on(generated, real, more=second, second_network="resnet", **options)
    return verdict.generative_models["gan"]


def outcome(verdict: ModelVerdict, arm: str) -> tuple[str, str, bool]:
    of_arm = verdict.by_arm[arm]
    return of_arm.alone, of_arm.answer, of_arm.unconfirmed


def test_an_unconfirmed_arm_leaves_the_answer_to_the_other_arms() -> None:
    both = {"mixed": difference(0.002, 0.006, 0.001), "synthetic_then_real": difference(0.001, 0.003, 0.002)}
    assert decide(both, 0.0, 0.95, unconfirmed=["mixed"])[:2] == ("yes", "synthetic_then_real")
    assert decide(both, 0.0, 0.95, unconfirmed=[*both]).answer == "undecided"
    worse = {"mixed": difference(-0.006, -0.002, 0.999)}
    assert decide(worse, 0.0, 0.95, unconfirmed=["mixed"]).answer == "no"


def test_both_networks_say_yes() -> None:
    answers = verdict_with(predictions(real=[*range(100)]), predictions(synthetic=[*range(60)], mixed=[*range(60)]))
    assert outcome(answers, "synthetic") == outcome(answers, "mixed") == ("yes", "yes", False)
    second = answers.by_arm["mixed"].second_network
    assert second is not None and (second.pp, second.answer) == (pytest.approx(4), "yes")
    assert (
        answers.sentence.count("A second network (resnet) confirms this: trained on the same images, it gains 4.0") == 2
    )


def test_a_network_that_disagrees_prevents_a_yes() -> None:
    answers = verdict_with(predictions(real=[*range(100)]), predictions(synthetic=[*range(150)], mixed=[*range(100)]))
    assert outcome(answers, "synthetic") == outcome(answers, "mixed") == ("yes", "undecided", True)
    assert (answers.replace and answers.replace.answer, answers.extend and answers.extend.answer) == ("undecided",) * 2
    assert "Replace: undecided. A classifier trained on gan's images alone gains 3.0" in answers.sentence
    assert "(resnet) does not confirm a yes: trained on the same images, it loses 5.0" in answers.sentence
    assert "may be so by chance" not in answers.sentence
    assert answers.by_class["even"].by_arm["mixed"].answer == "undecided"


def test_without_its_predictions_there_is_no_yes() -> None:
    answers = verdict_with(NONE, NONE)
    assert outcome(answers, "mixed") == ("yes", "undecided", False)
    assert answers.by_class["even"].by_arm["mixed"].answer == "yes"  # it is not trained for classes alone
    only_alone = verdict_with(predictions(real=[*range(100)]), predictions(synthetic=[*range(60)]))
    assert outcome(only_alone, "synthetic")[1] == "yes" and outcome(only_alone, "mixed")[1] == "undecided"


def test_memorization_is_stated_and_the_second_network_is_not() -> None:
    seconds = predictions(real=[*range(100)]), predictions(synthetic=[*range(60)], mixed=[*range(60)])
    answers = verdict_with(*seconds, metrics=NEAR)
    assert outcome(answers, "mixed") == ("yes", "undecided", False)
    assert "Memorization detected" in answers.sentence and "second network" not in answers.sentence


def test_the_verdict_states_the_second_network() -> None:
    generated, real = {"gan": [predictions(synthetic=[*range(80)])]}, predictions(real=[])
    untrained = verdict_on(generated, real, more=[NONE, NONE], second_network="resnet").second_network
    assert untrained is not None and (untrained.architecture, untrained.real_accuracy) == ("resnet", None)
    seconds = [predictions(real=[*range(100)]), NONE]
    trained = verdict_on(generated, real, more=seconds, second_network="resnet").second_network
    assert trained is not None and trained.real_accuracy == 0.9
    assert verdict_on(generated, real).second_network is None


@pytest.mark.parametrize(
    ("margins", "chosen"),
    [
        (MARGINS, ["synthetic", "mixed"]),
        (MARGINS.model_copy(update={"replace_margin": 0.5, "extend_margin": 0.2}), []),
        (MARGINS.model_copy(update={"replace_error_ratio": 1.5}), ["synthetic", "mixed"]),
        (MARGINS.model_copy(update={"replace_error_ratio": 1.25}), ["mixed"]),
    ],
)
def test_a_yes_is_possible_above_the_limit_only(margins: Margins, chosen: list[str]) -> None:
    """Of 20 errors of real, 28 are a loss of 0.8 percentage points and 1.4 times as many; 19 are a gain of 0.1."""
    generated = {
        arm: wrong_on(n)[np.newaxis]
        for arm, n in {"synthetic": 28, "synthetic_soft": 0, "mixed": 19, "mixed x2": 20}.items()
    }
    assert possible_yes(generated, wrong_on(20), margins) == chosen


def test_a_yes_may_be_possible_though_one_generator_is_below_the_limit() -> None:
    generators = np.stack([wrong_on(35), wrong_on(15)])
    assert possible_yes({"synthetic": generators}, wrong_on(20), MARGINS) == ["synthetic"]
    assert possible_yes({"synthetic": generators[:1]}, wrong_on(20), MARGINS) == []


def test_an_arm_that_answers_no_question_needs_no_second_network() -> None:
    correct = wrong_on(0)[np.newaxis]
    assert possible_yes({"synthetic_soft": correct, "mixed": correct}, wrong_on(20), MARGINS) == ["mixed"]
    runs = [Run("synthetic"), Run("synthetic_soft")]
    (node,) = create_experiment_pipeline(runs, "gan", ["predictions"], second=True, pixels=False).nodes
    assert "labeled_synthetic" in node.inputs and "pseudo_labeler" not in node.inputs


def test_the_second_network_answers_within_the_same_margin() -> None:
    second = SecondNetwork({"synthetic": wrong_on(100)[np.newaxis], "mixed": wrong_on(100)[np.newaxis]}, wrong_on(100))
    alone = second_answers(second, "replace", MARGINS, BOOTSTRAP)
    assert alone.keys() == {"synthetic"} and alone["synthetic"].answer == "yes"
    added = second_answers(second, "extend", MARGINS, BOOTSTRAP)
    assert added.keys() == {"mixed"} and added["mixed"].answer == "undecided"
    assert second_answers(SecondNetwork({}, None), "extend", MARGINS, BOOTSTRAP) == {}
