"""Which arms run, and with how many generated images."""

from typing import Any

import pytest

from standin.experiments.amounts import n_images_needed, ratios
from standin.experiments.arms import ARMS, Run, real_arms, slug, synthetic_runs


def entry(**changed: Any) -> dict[str, Any]:
    arms = [
        "real",
        "real_unaugmented",
        "labeled_subset",
        "self_training",
        "pseudo_labeler",
        *(arm.key for arm in ARMS.values() if arm.question and arm.reference == "real"),
    ]
    plain = {"arms": arms, "n_synthetic": [None], "synthetic_ratio": [1.0], "withheld_subset": None, "label_budget": 10}
    plain["classifier"] = {"recipe": {"augmentation": {"max_shift": 1}}}
    return plain | {"generative_models": {"gan": {"arms": arms}}} | changed


def test_arms_of_the_label_budget_need_a_budget() -> None:
    assert real_arms(entry()) == ["real", "real_unaugmented", "labeled_subset", "self_training", "pseudo_labeler"]
    assert real_arms(entry(label_budget=None)) == ["real", "real_unaugmented"]


def test_real_unaugmented_needs_a_recipe_with_augmentation() -> None:
    without = {"classifier": {"recipe": {"augmentation": None}}}
    assert real_arms(entry(**without)) == ["real", "labeled_subset", "self_training", "pseudo_labeler"]


def test_the_imputed_arm_needs_a_withheld_subset() -> None:
    assert [run.name for run in synthetic_runs(entry(), "gan")] == ["synthetic", "mixed", "synthetic_then_real"]
    assert "imputed" in [run.name for run in synthetic_runs(entry(withheld_subset={"class": "7"}), "gan")]


def test_arms_with_generated_images_run_once_per_experiment_whether_they_answer_a_question_or_not() -> None:
    soft = entry(arms=["real", "real_soft"]) | {"generative_models": {"gan": {"arms": ["synthetic", "synthetic_soft"]}}}
    assert real_arms(soft) == ["real", "real_soft"]
    assert [run.name for run in synthetic_runs(soft | {"n_synthetic": [None, 7]}, "gan")] == [
        "synthetic",
        "synthetic n7",
        "synthetic_soft",
        "synthetic_soft n7",
    ]
    assert all(arm.generated for arm in ARMS.values() if arm.question)


def test_lists_of_amounts_add_runs_that_state_their_amount() -> None:
    runs = synthetic_runs(entry(n_synthetic=[None, 1_000_000], synthetic_ratio=[1.0, 0.5]), "gan")
    assert runs == [
        Run("synthetic"),
        Run("synthetic n1000000", 1_000_000),
        Run("mixed", 1.0),
        Run("mixed x0.5", 0.5),
        Run("synthetic_then_real"),
    ]
    assert [run.arm.key for run in runs] == ["synthetic", "synthetic", "mixed", "mixed", "synthetic_then_real"]
    assert slug("mixed x0.5") == "mixed_x0_5"  # a dot would end a namespace


def test_candidates_are_one_run_and_a_fraction_counts_all_images_of_the_pool() -> None:
    chosen = {"choose_fraction": [0.1, 0.25, 0.5]}
    (_, run, _) = synthetic_runs(entry(synthetic_ratio=chosen), "gan")
    assert (run.name, run.amount, run.candidates) == ("mixed", None, tuple(ratios(chosen)))
    assert ratios(chosen) == pytest.approx([1 / 9, 1 / 3, 1])
    assert n_images_needed([None], chosen, 40) == 40


def test_an_arm_needs_its_reference_and_the_arms_whose_provenance_it_reads() -> None:
    assert ARMS["mixed_equal_exposure"].needs == ["real_longer", "mixed"]
    assert (ARMS["imputed"].needs, ARMS["real_longer"].needs) == (["real"], [])


@pytest.mark.parametrize(
    ("n_synthetic", "ratios", "wanted"),
    [
        ([None], [1.0], 40),
        ([None], [0.5, 2.5], 100),
        ([7], [2.0], 7),
        ([None, 500], [1.0], 500),
        ([3, None], [1.0], 40),
    ],
)
def test_the_largest_run_determines_how_many_images_are_generated(n_synthetic: list, ratios: list, wanted: int) -> None:
    assert n_images_needed(n_synthetic, ratios, 40) == wanted
