"""The node that answers the question, on calls that can be counted by hand."""

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from standin.verdict.compute import are_copies, compute_verdict

ROWS = 1000
TEST = {"image_ids": np.arange(ROWS), "labels": np.arange(ROWS) % 2, "class_names": np.array(["even", "odd"])}
VERDICT = {"replace_margin": 1.0, "extend_margin": 0.0, "real_at_least": None}
BOOTSTRAP = {"resamples": 500, "confidence": 0.95, "seed": 0}
FAR = [
    {"name": "c_t", "value": 2.0, "real": 0.1},
    {"name": "authenticity", "value": 0.6, "high": 0.61, "real": 0.6, "real_low": 0.59},
]
NEAR = [{"name": "c_t", "value": -9.0, "real": 0.1}]


def calls(seed: int = 0, **wrong: list[int]) -> pd.DataFrame:
    """Predictions of one classifier an arm; which rows are called wrongly."""
    tables = []
    for arm, rows in wrong.items():
        predicted = TEST["labels"].copy()
        predicted[rows] = 1 - predicted[rows]
        name = {"both": "mixed", "fill": "imputed", "augmented": "real_augmented", "repeat": "oversampled"}.get(
            arm, arm
        )
        called = {"image_id": TEST["image_ids"], "label": TEST["labels"], "predicted": predicted}
        tables.append(pd.DataFrame({"arm": name, "classifier_seed": seed} | called))
    return pd.concat(tables)


def spent(**labels: int) -> pd.DataFrame:
    """The table of an experiment, or of the arms without generated rows: how many labels each arm took."""
    return pd.DataFrame({"arm": list(labels), "n_labels_spent": list(labels.values()), "n_manual_labels": 0})


def judge_all(
    own: dict[str, list[pd.DataFrame]],
    real: pd.DataFrame,
    verdict: dict[str, Any] = VERDICT,
    labels: dict[str, int] | None = None,
    findings: list[dict[str, Any]] = FAR,
    **options: Any,
) -> dict[str, Any]:
    """The verdict on models, each with the calls of one or several experiments; `labels`: what arm synthetic of each took."""
    models = [model for model, each in own.items() for _ in each]
    tables = [calls for each in own.values() for calls in each]
    scores = [spent(synthetic=(labels or {}).get(model, 1000)) for model in models]
    parts = [*tables, *([{"findings": findings}] * len(models)), *scores]
    of_real = spent(real=1000, labeled_subset=200)
    return compute_verdict(TEST, real, of_real, verdict, BOOTSTRAP, None, *parts, models=models, **options)


def judged(own: list[pd.DataFrame], findings: list[dict[str, Any]] = FAR, **real: list[int]) -> dict[str, Any]:
    return judge_all({"gan": own}, calls(**real), findings=findings)["generative_models"]["gan"]


def test_a_loss_of_six_points_is_no_and_is_said_in_a_sentence() -> None:
    found = judged([calls(synthetic=list(range(80)))], real=list(range(20)))
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
    own = calls(synthetic=list(range(52)), both=list(range(20)))
    alone = judged([own], real=list(range(50)))
    assert (alone["replace"]["answer"], alone["extend"]["answer"]) == ("yes", "yes")
    assert alone["extend"]["points"] == pytest.approx(3)
    beside = judged([own], real=list(range(50)), augmented=[0])
    assert beside["extend"]["answer"] == "no"
    assert "but against classical augmentation of real images it loses 1.9 points" in beside["sentence"]


def test_a_no_that_augmentation_decides_says_so() -> None:
    """The interval of the gain leaves doubt; that against augmentation does not."""
    found = judged([calls(both=list(range(1, 51)))], real=list(range(50)), augmented=[])
    assert found["extend"]["low"] < 0 < found["extend"]["high"] and found["extend"]["answer"] == "no"
    assert "; but against classical augmentation of real images it loses 5.0 points" in found["sentence"]


def test_filling_a_hole_must_do_no_worse_than_repeating_rows() -> None:
    own = calls(fill=list(range(20)))
    alone = judged([own], real=list(range(60)))
    assert alone["extend"]["answer"] == "yes"
    beside = judged([own], real=list(range(60)), repeat=[])
    assert beside["extend"]["answer"] == "no"
    assert "but against repeating real images in place of the missing ones it loses 2.0 points" in beside["sentence"]


def test_each_class_has_its_own_answer() -> None:
    found = judged([calls(synthetic=list(range(1, 200, 2)))], real=[])
    assert found["by_class"]["even"]["replace"]["answer"] == "yes"
    assert found["by_class"]["odd"]["replace"]["answer"] == "no"
    assert found["by_class"]["odd"]["replace"]["points"] == pytest.approx(-20)


def test_seeds_of_one_model_are_judged_together() -> None:
    found = judged([calls(synthetic=list(range(n))) for n in (60, 70, 80)], real=list(range(20)))
    assert found["generator_seeds"] == 3
    assert found["replace"]["points"] == pytest.approx(-5)
    assert found["replace"]["of_any_generator"]
    assert "another training may differ" not in found["sentence"]
    assert "The intervals cover other trainings of the generator, not of the classifier" in found["sentence"]


def test_three_classifier_seeds_widen_the_interval_to_other_trainings_of_them() -> None:
    own = pd.concat([calls(seed, synthetic=list(range(70 + 10 * seed))) for seed in range(3)])
    real = pd.concat([calls(seed, real=list(range(20))) for seed in range(3)])
    found = judge_all({"gan": [own]}, real)["generative_models"]["gan"]
    assert found["replace"]["points"] == pytest.approx(-6)
    one = judged([calls(synthetic=list(range(80)))], real=list(range(20)))  # as large a loss, of one training
    assert found["replace"]["low"] < one["replace"]["low"] - 0.4
    assert found["replace"]["of_any_classifier"] and not found["replace"]["of_any_generator"]
    assert "are for other trainings of the classifiers, on images of this trained generator alone" in found["sentence"]


def test_copies_get_no_yes() -> None:
    found = judged([calls(synthetic=list(range(50)))], findings=NEAR, real=list(range(50)))
    assert found["copies"]
    assert found["replace"]["answer"] == found["replace"]["by_arm"]["synthetic"]["answer"] == "undecided"
    assert found["by_class"]["odd"]["replace"]["answer"] == "undecided"
    assert "they may be copies" in found["sentence"]


def test_a_badly_trained_yardstick_allows_no_yes_unless_rows_were_taken_from_it() -> None:
    own = {"gan": [calls(synthetic=list(range(45)))]}
    must = VERDICT | {"real_at_least": 95.5}
    found = judge_all(own, calls(real=list(range(50))), must)
    told = found["generative_models"]["gan"]
    assert found["short_of"] == (95.0, 95.5)
    assert told["replace"]["answer"] == told["by_class"]["odd"]["replace"]["answer"] == "undecided"
    assert "right on 95.0%, less than the 95.5% that it must reach: no yes is given" in told["sentence"]
    good = judge_all(own, calls(real=list(range(45))), must)
    cut = judge_all(own, calls(real=list(range(50))), must, whole=False)
    for each in (good, cut):
        assert each["short_of"] is None
        assert each["generative_models"]["gan"]["replace"]["answer"] == "yes"


@pytest.mark.parametrize(
    ("wrong", "labels", "points", "said"),
    [
        (range(20), 1000, 4, r"gan gains 4.0 points \(95% interval 2.\d to 5.\d\)\. "),
        (range(1, 61), 1000, 0, r"gan gains 0.0 points .*: it is not certain that they are worth more\. "),
        (range(140), 1000, -8, r"gan loses 8.0 points \(95% interval 6.\d to 9.\d\): it has shown nothing\. "),
        (range(140), 200, -8, r"gan loses 8.0 points \(95% interval .*\), though those took 1,000 labels\. "),
    ],
)
def test_a_model_is_held_against_the_trivial_one(wrong: range, labels: int, points: int, said: str) -> None:
    own = {"gan": [calls(synthetic=list(wrong))], "flat": [calls(synthetic=list(range(60)))]}
    models = judge_all(own, calls(real=[]), labels={"gan": labels}, baseline="flat")["generative_models"]
    assert models["gan"]["vs_baseline"]["arms"]["synthetic"]["points"] == pytest.approx(points)
    assert re.search("Alone, against images of flat, the trivial model, " + said, models["gan"]["sentence"])
    assert models["flat"]["vs_baseline"] is None


def test_the_trivial_model_may_have_other_seeds() -> None:
    own = {"gan": [calls(synthetic=list(range(n))) for n in (20, 30, 40)], "flat": [calls(synthetic=list(range(60)))]}
    found = judge_all(own, calls(real=[]), baseline="flat")
    gan = found["generative_models"]["gan"]["vs_baseline"]["arms"]["synthetic"]
    assert (gan["points"], gan["of_any_generator"]) == (pytest.approx(3), True)


def test_a_model_that_a_pseudo_labeler_serves_is_held_against_what_the_labels_do_alone() -> None:
    own = {"gan": [calls(synthetic=list(range(60)))]}
    real = calls(real=[], labeled_subset=list(range(100)), self_training=list(range(30)))
    found = judge_all(own, real, labels={"gan": 200})["generative_models"]["gan"]
    assert {arm: each["points"] for arm, each in found["vs_labeled_images"].items()} == {
        "labeled_subset": pytest.approx(4),
        "self_training": pytest.approx(-3),
    }
    assert "Its images took 200 labels: training on them alone gains 4.0 points" in found["sentence"]
    assert "Generating has not been shown to save labels." in found["sentence"]
    behind = calls(real=[], labeled_subset=list(range(100)), self_training=list(range(90)))
    said = {}
    for findings in (FAR, NEAR):
        worth = judge_all(own, behind, labels={"gan": 200}, findings=findings)["generative_models"]["gan"]
        said[worth["copies"]] = "Generating has been shown to save labels." in worth["sentence"]
    assert said == {False: True, True: False}
    alone = judge_all(own, calls(real=[], labeled_subset=list(range(100))), labels={"gan": 200})["generative_models"][
        "gan"
    ]
    assert "has not been shown to save labels" in alone["sentence"]  # self_training was not run
    all_labels = judge_all(own, real, labels={"gan": 1000})["generative_models"]["gan"]
    assert all_labels["vs_labeled_images"] is None and all_labels["labels"] == 1000


def test_copies_are_suspected_by_either_measure_and_new_rows_by_none() -> None:
    assert not are_copies(FAR)
    assert are_copies(NEAR)
    found = {"name": "authenticity", "value": 0.55, "high": 0.57, "real": 0.6}
    assert are_copies([found | {"real_low": 0.58}])
    assert not are_copies([found | {"real_low": 0.56}])  # of few real rows: by chance
    assert are_copies([found | {"name": "imputed_authenticity", "real_low": 0.58}])
    assert not are_copies([])
    assert are_copies([{"name": "c_t", "value": -4.0, "real": None}])  # of new rows there were too few for a floor


def test_stored_calls_of_other_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="classifier 0 of arm real must have called the test rows"):
        compute_verdict(
            TEST | {"image_ids": TEST["image_ids"] + 1},
            calls(real=[]),
            spent(real=9),
            VERDICT,
            BOOTSTRAP,
            None,
            models=[],
        )
