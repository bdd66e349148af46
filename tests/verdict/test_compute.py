"""The verdict on predictions with differences that can be counted by hand."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from standin.experiments.arms import label_of
from standin.verdict.compute import compute_verdict
from standin.verdict.facts import ShortOf
from standin.verdict.schema import ArmAnswer, ModelVerdict, Verdict

IMAGES = 1000
TEST = {"image_ids": np.arange(IMAGES), "labels": np.arange(IMAGES) % 2, "class_names": np.array(["even", "odd"])}
MARGINS = {"replace_margin": 1.0, "replace_error_ratio": None, "extend_margin": 0.0, "real_at_least": None}
BOOTSTRAP = {"resamples": 500, "confidence": 0.95, "seed": 0}


def membership(copies: float = 0.0, **changed: float) -> list[dict[str, Any]]:
    """Metrics of a model whose images are as close to training images as to held-out ones, or as changed.

    Args:
        copies: proportion of exact ones.
    """
    values = {"auc": 0.5, "tpr": 0.01, "auc_p": 1.0, "tpr_p": 1.0} | changed
    of_space = [{"name": f"membership_{field}_pixels", "value": value} for field, value in values.items()]
    return [*of_space, {"name": "exact_copies", "value": copies}, {"name": "detectable_copies", "value": 0.02}]


FAR, NEAR = membership(), membership(auc=0.7, auc_p=1e-9)


def predictions(seed: int = 0, **wrong: list[int]) -> pd.DataFrame:
    """Of one classifier per arm, which is wrong on the given images."""
    tables = []
    for arm, images in wrong.items():
        predicted = TEST["labels"].copy()
        predicted[images] = 1 - predicted[images]
        columns = {"image_id": TEST["image_ids"], "label": TEST["labels"], "predicted": predicted}
        tables.append(pd.DataFrame({"arm": arm, "classifier_seed": seed} | columns))
    return pd.concat(tables)


def scores(**labels: int) -> pd.DataFrame:
    """Scores with the number of labels of each arm."""
    return pd.DataFrame({"arm": list(labels), "n_labels_spent": list(labels.values()), "n_manual_labels": 0})


def verdict_on(
    generated: dict[str, list[pd.DataFrame]],
    real: pd.DataFrame,
    margins: dict[str, Any] = MARGINS,
    labels: dict[str, int] | None = None,
    metrics: list[dict[str, Any]] = FAR,
    withheld_subset: dict[str, Any] | None = None,
    of_real: pd.DataFrame | None = None,
    more: Sequence[pd.DataFrame] = (),
    **options: Any,
) -> Verdict:
    """The verdict on models.

    Args:
        generated: model -> the predictions of its experiments.
        labels: model -> the number of labels that its arm synthetic needed.
        of_real: scores of the arms without generated images.
        more: the results that the option `optional` names.
    """
    models = [model for model, experiments in generated.items() for _ in experiments]
    tables = [table for experiments in generated.values() for table in experiments]
    of_models = [scores(synthetic=(labels or {}).get(model, 1000)) for model in models]
    parts = [*tables, *([{"metrics": metrics}] * len(models)), *of_models, *more]
    of_real = scores(real=1000, labeled_subset=200) if of_real is None else of_real
    return compute_verdict(TEST, real, of_real, margins, BOOTSTRAP, withheld_subset, *parts, models=models, **options)


def verdict_on_gan(
    generated: list[pd.DataFrame], metrics: list[dict[str, Any]] = FAR, **real: list[int]
) -> ModelVerdict:
    return verdict_on({"gan": generated}, predictions(**real), metrics=metrics).generative_models["gan"]


def replaced(answers: ModelVerdict) -> ArmAnswer:
    assert answers.replace is not None
    return answers.replace.best


def extended(answers: ModelVerdict) -> ArmAnswer:
    assert answers.extend is not None
    return answers.extend.best


def test_a_loss_of_six_percentage_points_is_a_no() -> None:
    answers = verdict_on_gan([predictions(synthetic=list(range(80)))], real=list(range(20)))
    assert answers.replace is not None and answers.replace.answer == replaced(answers).answer == "no"
    assert replaced(answers).pp == pytest.approx(-6)
    assert answers.extend is None
    low, high, errors = -replaced(answers).high, -replaced(answers).low, answers.error_ratio
    assert errors is not None and 3 < errors.ratio < 5
    assert answers.sentence == (
        "Replace: no. A classifier trained on gan's images alone loses 6.0 percentage points "
        f"(95% interval {low:.1f} to {high:.1f}) compared with one trained on real images, and makes "
        f"{errors.ratio:.1f} times ({errors.low:.1f} to {errors.high:.1f}) as many errors. No memorization detected; "
        "near copies of training images are detected if they are 2% of its images. The intervals hold for one training "
        "of the generator and for these trainings of the classifiers only: run three or more seeds of both to include "
        "the variation between trainings."
    )


def test_a_gain_is_a_yes() -> None:
    generated = predictions(synthetic=list(range(52)), mixed=list(range(20)))
    alone = verdict_on_gan([generated], real=list(range(50)))
    assert (replaced(alone).answer, extended(alone).answer) == ("yes", "yes")
    assert extended(alone).pp == pytest.approx(3)


def test_a_no_because_of_a_control_is_explained() -> None:
    """The interval of the gain includes zero, but that of the difference from oversampling does not."""
    answers = verdict_on_gan([predictions(imputed=list(range(1, 51)))], real=list(range(50)), oversampled=[])
    assert extended(answers).low < 0 < extended(answers).high and extended(answers).answer == "no"
    assert f"; but compared with {label_of('oversampled')} (oversampled) it loses 5.0 " in answers.sentence


def test_equal_exposure_is_compared_with_real_images_for_twice_the_steps() -> None:
    """The gain over `real` is that of longer training."""
    generated = predictions(mixed=list(range(50)), mixed_equal_exposure=list(range(10)))
    answers = verdict_on_gan([generated], real=list(range(50)), real_longer=list(range(9)))
    assert answers.extend is not None and answers.extend.answer != "yes"
    assert answers.by_arm["mixed_equal_exposure"].pp == pytest.approx(-0.1)
    answers = verdict_on_gan([generated], real=list(range(20)), real_longer=list(range(40)))
    assert extended(answers).answer == "yes" and extended(answers).pp == pytest.approx(3)
    assert "compared with real images, for twice the steps (real_longer)" in answers.sentence
    assert dict(answers.metrics())["mixed_equal_exposure.vs_real_longer.pp"] == pytest.approx(3)


def test_augmentation_is_worth_the_difference_of_real_and_real_unaugmented() -> None:
    generated = {"gan": [predictions(mixed=[])]}
    real = predictions(real=list(range(20)), real_unaugmented=list(range(50)))
    verdict = verdict_on(generated, real)
    assert verdict.augmentation is not None and verdict.augmentation.pp == pytest.approx(3)
    assert verdict.augmentation.low > 0
    assert verdict.generative_models["gan"].by_arm["mixed"].vs_controls == {}
    assert verdict_on(generated, predictions(real=[])).augmentation is None


@pytest.mark.parametrize(("twice", "gain", "sufficient"), [(0.912, 0.2, True), (0.914, 0.4, False), (0.9, -1, True)])
def test_the_steps_suffice_if_twice_as_many_gain_little(twice: float, gain: float, sufficient: bool) -> None:
    by_steps = pd.DataFrame({"steps": [50, 100, 200], "accuracy": [0.8, 0.91, twice]})
    found = compute_verdict(
        TEST,
        predictions(real=[]),
        scores(real=9),
        MARGINS,
        BOOTSTRAP,
        None,
        by_steps,
        models=[],
        optional=["convergence"],
    ).convergence
    assert found is not None and found.steps == (50, 100, 200)
    assert found.gain_of_double_pp == pytest.approx(gain) and found.sufficient == sufficient
    assert verdict_on({"gan": [predictions(mixed=[])]}, predictions(real=[])).convergence is None


def test_extend_is_undecided_where_longer_training_gains_as_well() -> None:
    generated, real = {"gan": [predictions(mixed=[])]}, predictions(real=list(range(50)))
    for twice, answer in ((0.911, "yes"), (0.93, "undecided")):
        by_steps = pd.DataFrame({"steps": [50, 100, 200], "accuracy": [0.8, 0.91, twice]})
        answers = verdict_on(generated, real, optional=["convergence"], more=[by_steps]).generative_models["gan"]
        assert answers.extend is not None and answers.extend.answer == extended(answers).answer == answer
        assert ("not trained long enough: on real images, twice the steps gain 2.0" in answers.sentence) == (
            twice > 0.92
        )


def test_a_yes_of_single_trainings_says_so() -> None:
    yes = [predictions(seed, synthetic=list(range(50))) for seed in range(3)]
    real = pd.concat([predictions(seed, real=list(range(50))) for seed in range(3)])
    one = verdict_on_gan([yes[0]], real=list(range(50)))
    several = verdict_on({"gan": [pd.concat(yes)] * 3}, real).generative_models["gan"]
    for answers, scope, words in (
        (one, "these trainings", "yes, for these trainings"),
        (several, "any training", "yes"),
    ):
        assert answers.replace is not None and answers.replace.answer == "yes"
        assert (answers.replace.scope, answers.replace.words) == (scope, words)
        assert f"Replace: {words}. " in answers.sentence


@pytest.mark.parametrize(("ratio", "answer"), [(1.5, "no"), (2.0, "undecided"), (3.5, "yes")])
def test_replace_may_allow_a_ratio_of_errors(ratio: float, answer: str) -> None:
    """40 errors for 20 of real; the loss of two percentage points is a no by `replace_margin`."""
    margins = MARGINS | {"replace_error_ratio": ratio}
    generated = {"gan": [predictions(synthetic=list(range(40)))]}
    answers = verdict_on(generated, predictions(real=list(range(20))), margins).generative_models["gan"]
    assert answers.replace is not None and answers.replace.answer == answer
    assert replaced(answers).pp == pytest.approx(-2)
    assert f"(allowed: {ratio:g} times)" in answers.sentence


def test_worth_is_read_off_the_learning_curve() -> None:
    """Arm real has 10% errors with 100 images and 1% with 1,000; the model's images give 10 / sqrt(10)%."""
    by_size = predictions(real=list(range(100))).assign(n_real=100)
    real, of_real = predictions(real=list(range(10))), scores(real=1000).assign(n_real=1000)
    generated = {"gan": [predictions(synthetic=list(range(32)))]}
    options = {"optional": ["predictions_by_size"], "more": [by_size], "of_real": of_real}
    verdict = verdict_on(generated, real, **options)
    worth = verdict.generative_models["gan"].worth
    assert worth is not None and worth.n_real == pytest.approx(316, rel=0.03) and worth.low < 300 and worth.high > 330
    assert verdict.real_curve is not None and verdict.real_curve.n_real == (100, 1000)
    sentence = verdict.generative_models["gan"].sentences[0]
    assert sentence.startswith("Worth: gan's images train a classifier as well as about 3")
    assert sentence.endswith(" of the 1,000 real images.")


def test_groups_of_test_images_widen_every_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty groups of fifty images: the same predictions no longer decide."""
    wrong = list(range(80))
    alone = verdict_on_gan([predictions(synthetic=wrong)], real=list(range(20)))
    monkeypatch.setitem(TEST, "groups", np.arange(IMAGES) // 50)
    verdict = verdict_on({"gan": [predictions(synthetic=wrong)]}, predictions(real=list(range(20))))
    answers = verdict.generative_models["gan"]
    assert verdict.test_groups == 20 and replaced(answers).pp == pytest.approx(replaced(alone).pp)
    assert replaced(alone).answer == "no" and replaced(answers).answer == "undecided"
    assert answers.by_class["odd"].by_arm["synthetic"].low < alone.by_class["odd"].by_arm["synthetic"].low
    assert "The test images are of 20 groups" in answers.sentence


def test_an_undecided_answer_names_the_limit_in_its_interval() -> None:
    answers = verdict_on_gan([predictions(synthetic=list(range(60)), mixed=list(range(1, 51)))], real=list(range(50)))
    assert (replaced(answers).answer, extended(answers).answer) == ("undecided", "undecided")
    settled = "so this is not settled; 1,000 test images can show differences of about "
    assert f"; the interval includes the allowed loss of 1 percentage point, {settled}" in answers.sentences[0]
    assert f"; the interval includes zero, {settled}" in answers.sentences[1]


def test_imputing_must_be_no_worse_than_oversampling() -> None:
    generated = predictions(imputed=list(range(20)))
    assert extended(verdict_on_gan([generated], real=list(range(60)))).answer == "yes"
    controlled = verdict_on_gan([generated], real=list(range(60)), oversampled=[])
    assert extended(controlled).answer == "no"
    assert f"but compared with {label_of('oversampled')} (oversampled) it loses 2.0 perc" in controlled.sentence


def test_each_class_has_an_answer() -> None:
    answers = verdict_on_gan([predictions(synthetic=list(range(1, 200, 2)))], real=[])
    even, odd = (answers.by_class[name].by_arm["synthetic"] for name in ("even", "odd"))
    assert (even.answer, odd.answer) == ("yes", "no")
    assert odd.pp == pytest.approx(-20)
    assert answers.by_class["odd"].test_images == 500


def test_a_withheld_subset_has_answers_and_recalls() -> None:
    withheld = {"class": "odd", "attribute": None, "keep": 0.0}
    generated = {"gan": [predictions(imputed=list(range(1, 101, 2)))]}
    real = predictions(real=list(range(1, 401, 2)))
    answers = verdict_on(generated, real, withheld_subset=withheld).generative_models["gan"]
    assert answers.on_withheld is not None
    assert (answers.on_withheld.subset, answers.on_withheld.test_images, answers.on_withheld.imputed) == (
        "odd",
        500,
        "imputed",
    )
    assert {arm: recall.proportion for arm, recall in answers.on_withheld.recall.items()} == {
        "real": 0.6,
        "imputed": 0.9,
    }
    assert answers.on_withheld.by_arm["imputed"].pp == pytest.approx(30)
    assert (
        "Training images of odd were withheld: of 500 such test images, a classifier recognizes 60.0% without them and "
        "90.0% with generated images in their place; it gains 30.0 percentage points"
    ) in answers.sentence


def test_the_seeds_of_a_model_have_one_answer() -> None:
    answers = verdict_on_gan([predictions(synthetic=list(range(n))) for n in (60, 70, 80)], real=list(range(20)))
    assert answers.generator_seeds == 3
    assert replaced(answers).pp == pytest.approx(-5)
    assert replaced(answers).of_any_generator
    assert "training of the generator only" not in answers.sentence
    assert "include the variation between trainings of the generator, but not of the classifiers" in answers.sentence


def test_three_classifier_seeds_widen_the_interval_by_their_variation() -> None:
    generated = pd.concat([predictions(seed, synthetic=list(range(70 + 10 * seed))) for seed in range(3)])
    real = pd.concat([predictions(seed, real=list(range(20))) for seed in range(3)])
    answers = verdict_on({"gan": [generated]}, real).generative_models["gan"]
    assert replaced(answers).pp == pytest.approx(-6)
    one = verdict_on_gan([predictions(synthetic=list(range(80)))], real=list(range(20)))  # the same loss
    assert replaced(answers).low < replaced(one).low - 0.4
    assert replaced(answers).of_any_classifier and not replaced(answers).of_any_generator
    assert (
        "include the variation between trainings of the classifiers, but hold for one training of the generator only"
    ) in answers.sentence


def test_no_answer_is_yes_for_copies() -> None:
    answers = verdict_on_gan([predictions(synthetic=list(range(50)))], metrics=NEAR, real=list(range(50)))
    assert answers.memorized
    assert answers.replace is not None and answers.replace.answer == replaced(answers).answer == "undecided"
    assert answers.by_class["odd"].by_arm["synthetic"].answer == "undecided"
    assert "Memorization detected" in answers.sentence and "so no answer is yes" in answers.sentence


def test_no_answer_is_yes_with_an_inaccurate_reference_unless_it_had_fewer_images() -> None:
    generated = {"gan": [predictions(synthetic=list(range(45)))]}
    margins = MARGINS | {"real_at_least": 95.5}
    short = verdict_on(generated, predictions(real=list(range(50))), margins)
    answers = short.generative_models["gan"]
    assert short.short_of == ShortOf(accuracy=95.0, required=95.5)
    assert replaced(answers).answer == answers.by_class["odd"].by_arm["synthetic"].answer == "undecided"
    assert "recognizes 95.0%, less than the required 95.5%: no answer is yes." in answers.sentence
    good = verdict_on(generated, predictions(real=list(range(45))), margins)
    restricted = verdict_on(generated, predictions(real=list(range(50))), margins, whole=False)
    for verdict in (good, restricted):
        assert verdict.short_of is None
        assert replaced(verdict.generative_models["gan"]).answer == "yes"


@pytest.mark.parametrize(
    ("wrong", "labels", "pp", "sentence"),
    [
        (range(20), 1000, 4, r", training on gan's images alone gains 4.0 .* \(95% interval 2.\d to 5.\d\)\. "),
        (
            range(1, 61),
            1000,
            0,
            r", .* changes by 0.0 percentage points .*: not shown to be better than the baseline\. ",
        ),
        (range(140), 1000, -8, r", .* loses 8.0 .* \(95% interval 6.\d to 9.\d\): no better than the baseline\. "),
        (range(140), 200, -8, r", which needed 1,000 labels, training .* loses 8.0 .* \(95% interval [^)]*\)\. "),
    ],
)
def test_a_model_is_compared_with_the_baseline(wrong: range, labels: int, pp: int, sentence: str) -> None:
    generated = {"gan": [predictions(synthetic=list(wrong))], "flat": [predictions(synthetic=list(range(60)))]}
    models = verdict_on(generated, predictions(real=[]), labels={"gan": labels}, baseline="flat").generative_models
    assert models["gan"].vs_baseline is not None
    assert models["gan"].vs_baseline.by_arm["synthetic"].pp == pytest.approx(pp)
    assert (models["gan"].vs_baseline.model, models["gan"].vs_baseline.labels) == ("flat", 1000)
    assert re.search("Compared with the baseline flat" + sentence, models["gan"].sentence)
    assert models["flat"].vs_baseline is None


def test_the_baseline_may_have_other_seeds() -> None:
    generated = {
        "gan": [predictions(synthetic=list(range(n))) for n in (20, 30, 40)],
        "flat": [predictions(synthetic=list(range(60)))],
    }
    answers = verdict_on(generated, predictions(real=[]), baseline="flat").generative_models["gan"].vs_baseline
    assert answers is not None
    assert (answers.by_arm["synthetic"].pp, answers.by_arm["synthetic"].of_any_generator) == (pytest.approx(3), True)


def test_a_pseudo_labeled_model_is_compared_with_using_its_labels_alone() -> None:
    generated = {"gan": [predictions(synthetic=list(range(60)))]}
    real = predictions(real=[], labeled_subset=list(range(100)), self_training=list(range(30)))
    answers = verdict_on(generated, real, labels={"gan": 200}).generative_models["gan"]
    assert {arm: compared.pp for arm, compared in answers.vs_labeled_images.items()} == {
        "labeled_subset": pytest.approx(4),
        "self_training": pytest.approx(-3),
    }
    assert "Its images needed 200 labels. Training on its images alone gains 4.0 percentage points" in answers.sentence
    assert "There is no evidence that generating saves labels." in answers.sentence
    all_labels = verdict_on(generated, real, labels={"gan": 1000}).generative_models["gan"]
    assert all_labels.vs_labeled_images == {} and all_labels.labels == 1000


def test_the_only_pseudo_labeler_is_compared_with_the_mean_of_several_classifiers() -> None:
    wrong = (40, 50, 60)
    generated = {"gan": [pd.concat([predictions(seed, synthetic=list(range(n))) for seed, n in enumerate(wrong)])]}
    controls = [predictions(seed, real=[], labeled_subset=list(range(70))) for seed in range(3)]
    real = pd.concat([*controls, predictions(1000, pseudo_labeler=list(range(80)))])
    compared = verdict_on(generated, real, labels={"gan": 200}).generative_models["gan"].vs_labeled_images
    assert compared["pseudo_labeler"].pp == pytest.approx(3)
    assert not compared["pseudo_labeler"].of_any_classifier and compared["labeled_subset"].of_any_classifier


@pytest.mark.parametrize(
    ("metrics", "controls", "saves"),
    [
        (FAR, {"labeled_subset": 100, "self_training": 90, "pseudo_labeler": 100}, True),
        (NEAR, {"labeled_subset": 100, "self_training": 90, "pseudo_labeler": 100}, False),
        (FAR, {"labeled_subset": 100, "self_training": 90, "pseudo_labeler": 61}, False),
        (FAR, {"labeled_subset": 100, "pseudo_labeler": 100}, False),  # self_training was not run
    ],
)
def test_generating_saves_labels_if_it_beats_all_controls_without_copying(
    metrics: list[dict[str, Any]], controls: dict[str, int], saves: bool
) -> None:
    generated = {"gan": [predictions(synthetic=list(range(60)))]}
    real = predictions(real=[], **{arm: list(range(wrong)) for arm, wrong in controls.items()})
    answers = verdict_on(generated, real, labels={"gan": 200}, metrics=metrics).generative_models["gan"]
    assert ("Generating saves labels." in answers.sentence) == saves
    assert ("no evidence that generating saves labels" in answers.sentence) == (not saves)


def test_predictions_of_other_images_are_refused() -> None:
    others = TEST | {"image_ids": TEST["image_ids"] + 1}
    with pytest.raises(ValueError, match="predictions of arm real, classifier seed 0, must be of the test images"):
        compute_verdict(others, predictions(real=[]), scores(real=9), MARGINS, BOOTSTRAP, None, models=[])
