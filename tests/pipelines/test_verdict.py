"""The node that answers the question, on calls that can be counted by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from standin.pipelines.evaluation.verdict import are_copies, judge

ROWS = 1000
TEST = {"row_ids": np.arange(ROWS), "labels": np.arange(ROWS) % 2, "class_names": np.array(["even", "odd"])}
VERDICT = {"replace_margin": 1.0, "extend_margin": 0.0, "real_at_least": None}
BOOTSTRAP = {"resamples": 500, "confidence": 0.95, "seed": 0}
FAR = [
    {"name": "c_t", "value": 2.0, "real": 0.1},
    {"name": "authenticity", "value": 0.6, "high": 0.61, "real": 0.6, "rows": 1000, "real_rows": 1000},
]
NEAR = [{"name": "c_t", "value": -9.0, "real": 0.1}]


def calls(seed: int = 0, **wrong: list[int]) -> pd.DataFrame:
    """Predictions of one classifier an arm; which rows are called wrongly."""
    tables = []
    for arm, rows in wrong.items():
        predicted = TEST["labels"].copy()
        predicted[rows] = 1 - predicted[rows]
        name = {"both": "R+S", "augmented": "R+aug"}.get(arm, arm)
        called = {"row_id": TEST["row_ids"], "label": TEST["labels"], "predicted": predicted}
        tables.append(pd.DataFrame({"arm": name, "classifier_seed": seed} | called))
    return pd.concat(tables)


def judged(own: list[pd.DataFrame], findings: list[dict[str, Any]] = FAR, **real: list[int]) -> dict[str, Any]:
    parts = [*own, *([{"findings": findings}] * len(own))]
    found = judge(TEST, calls(**real), VERDICT, BOOTSTRAP, None, *parts, models=["gan"] * len(own))
    return found["generative_models"]["gan"]


def test_a_loss_of_six_points_is_no_and_is_said_in_a_sentence() -> None:
    found = judged([calls(S=list(range(80)))], R=list(range(20)))
    assert found["replace"]["answer"] == "no"
    assert found["replace"]["points"] == pytest.approx(-6)
    assert found["extend"] is None
    low, high = -found["replace"]["high"], -found["replace"]["low"]
    assert found["sentence"] == (
        "Replace: no. A classifier trained on gan's images alone loses 6.0 points "
        f"(95% interval {low:.1f} to {high:.1f}) against one trained on real images. The intervals are for this "
        "trained generator: another training may differ, and three generator seeds or more would say."
    )


def test_a_gain_beside_real_rows_is_yes_and_not_where_augmentation_gains_more() -> None:
    own = calls(S=list(range(52)), both=list(range(20)))
    alone = judged([own], R=list(range(50)))
    assert (alone["replace"]["answer"], alone["extend"]["answer"]) == ("yes", "yes")
    assert alone["extend"]["points"] == pytest.approx(3)
    beside = judged([own], R=list(range(50)), augmented=[0])
    assert beside["extend"]["answer"] == "no"
    assert "1.9 points less than classical augmentation" in beside["sentence"]


def test_each_class_has_its_own_answer() -> None:
    found = judged([calls(S=list(range(1, 200, 2)))], R=[])
    assert found["by_class"]["even"]["replace"]["answer"] == "yes"
    assert found["by_class"]["odd"]["replace"]["answer"] == "no"
    assert found["by_class"]["odd"]["replace"]["points"] == pytest.approx(-20)


def test_seeds_of_one_model_are_judged_together() -> None:
    found = judged([calls(S=list(range(n))) for n in (60, 70, 80)], R=list(range(20)))
    assert found["generator_seeds"] == 3
    assert found["replace"]["points"] == pytest.approx(-5)
    assert found["replace"]["of_any_generator"]
    assert "another training may differ" not in found["sentence"]
    assert "The intervals cover other trainings of the generator, not of the classifier" in found["sentence"]


def test_three_classifier_seeds_widen_the_interval_to_other_trainings_of_them() -> None:
    own = pd.concat([calls(seed, S=list(range(70 + 10 * seed))) for seed in range(3)])
    real = pd.concat([calls(seed, R=list(range(20))) for seed in range(3)])
    parts = [own, {"findings": FAR}]
    found = judge(TEST, real, VERDICT, BOOTSTRAP, None, *parts, models=["gan"])["generative_models"]["gan"]
    assert found["replace"]["points"] == pytest.approx(-6)
    one = judged([calls(S=list(range(80)))], R=list(range(20)))  # as large a loss, of one training
    assert found["replace"]["low"] < one["replace"]["low"] - 0.4
    assert found["replace"]["of_any_classifier"] and not found["replace"]["of_any_generator"]
    assert "cover other trainings of the classifiers, on images of this trained generator alone" in found["sentence"]


def test_copies_get_no_yes() -> None:
    found = judged([calls(S=list(range(50)))], findings=NEAR, R=list(range(50)))
    assert found["copies"]
    assert found["replace"]["answer"] == found["replace"]["by_arm"]["S"]["answer"] == "undecided"
    assert found["by_class"]["odd"]["replace"]["answer"] == "undecided"
    assert "they may be copies" in found["sentence"]


def test_a_badly_trained_yardstick_allows_no_yes_unless_rows_were_taken_from_it() -> None:
    parts = [calls(S=list(range(45))), {"findings": FAR}]
    must = VERDICT | {"real_at_least": 95.5}
    found = judge(TEST, calls(R=list(range(50))), must, BOOTSTRAP, None, *parts, models=["gan"])
    told = found["generative_models"]["gan"]
    assert found["short_of"] == (95.0, 95.5)
    assert told["replace"]["answer"] == told["by_class"]["odd"]["replace"]["answer"] == "undecided"
    assert "right on 95.0%, less than the 95.5% that it must reach: no yes is given" in told["sentence"]
    good = judge(TEST, calls(R=list(range(45))), must, BOOTSTRAP, None, *parts, models=["gan"])
    cut = judge(TEST, calls(R=list(range(50))), must, BOOTSTRAP, None, *parts, models=["gan"], whole=False)
    for each in (good, cut):
        assert each["short_of"] is None
        assert each["generative_models"]["gan"]["replace"]["answer"] == "yes"


@pytest.mark.parametrize(
    ("wrong", "points", "said"),
    [
        (range(20), 4, "are worth 4.0 points more than those of flat, the trivial model"),
        (range(1, 61), 0, "are worth no more for certain than those of flat, the trivial model (+0.0 points, "),
        (range(140), -8, "are worth 8.0 points less than those of flat, the trivial model"),
    ],
)
def test_a_model_is_held_against_the_trivial_one(wrong: range, points: int, said: str) -> None:
    own = [calls(S=list(wrong)), calls(S=list(range(60))), {"findings": FAR}, {"findings": FAR}]
    found = judge(TEST, calls(R=[]), VERDICT, BOOTSTRAP, None, *own, models=["gan", "flat"], trivial="flat")
    models = found["generative_models"]
    assert models["gan"]["against_trivial"]["S"]["points"] == pytest.approx(points)
    assert f"Alone, its images {said}" in models["gan"]["sentence"]
    assert models["flat"]["against_trivial"] is None


def test_the_trivial_model_may_have_other_seeds() -> None:
    own = [calls(S=list(range(n))) for n in (20, 30, 40)]
    findings = [{"findings": FAR}] * 4
    names = ["gan"] * 3 + ["flat"]
    flat = calls(S=list(range(60)))
    found = judge(TEST, calls(R=[]), VERDICT, BOOTSTRAP, None, *own, flat, *findings, models=names, trivial="flat")
    gan = found["generative_models"]["gan"]["against_trivial"]["S"]
    assert (gan["points"], gan["of_any_generator"]) == (pytest.approx(3), True)


def test_copies_are_suspected_by_either_measure_and_new_rows_by_none() -> None:
    assert not are_copies(FAR)
    assert are_copies(NEAR)
    same = {"rows": 2000, "real_rows": 2000}
    assert are_copies([{"name": "authenticity", "value": 0.5, "high": 0.52, "real": 0.6} | same])
    assert not are_copies([{"name": "authenticity", "value": 0.57, "high": 0.59, "real": 0.6} | same])
    # Of a quarter as many real rows the interval reaches twice as far: .60 - .04 < .57.
    fill = {"name": "fill_authenticity", "value": 0.55, "high": 0.57, "real": 0.6}
    assert not are_copies([fill | {"rows": 2000, "real_rows": 500}])
    assert are_copies([fill | {"real": 0.62, "rows": 2000, "real_rows": 500}])
    assert not are_copies([])
    assert are_copies([{"name": "c_t", "value": -4.0, "real": None}])  # of new rows there were too few for a floor


def test_stored_calls_of_other_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="classifier 0 of arm R must have called the test rows"):
        judge(TEST | {"row_ids": TEST["row_ids"] + 1}, calls(R=[]), VERDICT, BOOTSTRAP, None, models=[])
