"""The stored verdict."""

from typing import Any

import pytest
from pydantic import ValidationError

from standin.verdict.facts import SecondNetworkFacts
from standin.verdict.schema import SCHEMA_VERSION, Comparison, Verdict
from tests.verdict.examples import arm_answer, compared, full_verdict


def test_a_verdict_is_the_same_after_storing_it() -> None:
    verdict = full_verdict()
    assert Verdict.model_validate_json(verdict.model_dump_json()) == verdict


@pytest.mark.parametrize(("change", "given"), [({"schema_version": 1}, "1"), ({"schema_version": None}, "None")])
def test_another_version_is_the_only_error(change: dict[str, Any], given: str) -> None:
    old = full_verdict().model_dump() | {"points": 3, "generative_models": "of another shape"} | change
    with pytest.raises(ValidationError, match=f"schema_version must be {SCHEMA_VERSION}, got {given}") as raised:
        Verdict.model_validate(old)
    assert raised.value.error_count() == 1


def test_unknown_fields_and_changes_are_refused() -> None:
    verdict = full_verdict()
    with pytest.raises(ValidationError, match="points"):
        Comparison.model_validate(compared(1).model_dump() | {"points": 1})
    with pytest.raises(ValidationError, match="frozen"):
        verdict.test_images = 1  # type: ignore[misc]
    with pytest.raises(ValidationError, match="'yes', 'no' or 'undecided'"):
        arm_answer(1, "perhaps")


def test_metrics_of_a_data_set_are_about_real_images() -> None:
    metrics = dict(full_verdict().metrics())
    assert metrics.pop("convergence.gain_of_double_pp") == pytest.approx(1)
    assert metrics.pop("near_duplicates") == 5
    assert metrics.pop("second_network.real.accuracy") == 0.875
    assert metrics == {"augmentation.pp": 1.5, "augmentation.low": 1.25, "augmentation.high": 2}
    untrained = SecondNetworkFacts(architecture="resnet", real_accuracy=None)
    unchecked = {"augmentation": None, "convergence": None, "second_network": untrained, "near_duplicates": None}
    assert not dict(full_verdict().model_copy(update=unchecked).metrics())


def test_answers_have_their_best_arm_and_all_arms() -> None:
    model = full_verdict().generative_models["gan"]
    assert model.by_question.keys() == {"replace", "extend"}
    assert model.by_arm.keys() == {"synthetic", "mixed", "imputed"}
    assert model.extend is not None and model.extend.best is model.by_arm["imputed"]
    assert model.by_class["8"].by_question == model.by_class["8"].by_arm == {}
    assert model.on_withheld is not None and model.on_withheld.imputed == "imputed"
    assert model.sentence == "Replace: no. Extend: yes."


def test_metrics_have_every_number_once() -> None:
    model = full_verdict().generative_models["gan"]
    metrics = list(model.metrics())
    values = dict(metrics)
    assert len(values) == len(metrics)
    assert {name: values[f"{name}.pp"] for name in ("replace", "extend", "on_withheld.extend")} == {
        "replace": -6,
        "extend": 2,
        "on_withheld.extend": 2,
    }
    assert (values["imputed.vs_real.low"], values["imputed.vs_real.high"]) == (1.75, 2.5)
    assert values["imputed.vs_oversampled.pp"] == values["on_withheld.imputed.vs_oversampled.pp"] == 0.5
    assert (values["vs_labeled_images.labeled_subset.pp"], values["vs_baseline.synthetic.pp"]) == (4, 8)
    assert values["vs_baseline.synthetic_soft.pp"] == 3
    assert values["on_withheld.imputed.recall"] == 0.75
    assert values["imputed.second_network.vs_real.pp"] == 1
    # answers, arms, controls, network; withheld; labels and baseline (two arms)
    comparisons = 2 + 3 + 1 + 1 + (1 + 2 + 1) + 3
    worth, errors, memorization, recalls = 3, 3, 5, 2
    assert len(metrics) == 3 * comparisons + worth + errors + memorization + recalls
