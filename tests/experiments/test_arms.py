"""Which arms are run, and with how many generated rows."""

from typing import Any

import pytest

from standin.experiments.arms import SYNTHETIC_ARMS, Run, arm_of, real_arms, rows_wanted, slug, synthetic_runs


def entry(**changed: Any) -> dict[str, Any]:
    arms = ["R", "R_budget", "R+aug", "self_training", *SYNTHETIC_ARMS]
    plain = {"arms": arms, "n_synthetic": [None], "synthetic_ratio": [1.0], "hole": None, "label_budget": 10}
    return plain | {"generative_models": {"gan": {"arms": arms}}} | changed


def test_without_a_budget_its_arms_would_be_r_once_more() -> None:
    assert real_arms(entry()) == ["R", "R_budget", "R+aug", "self_training"]
    assert real_arms(entry(label_budget=None)) == ["R", "R+aug"]


def test_missing_rows_are_filled_where_some_are_missing() -> None:
    assert [run.name for run in synthetic_runs(entry(), "gan")] == ["S", "R+S", "S->R"]
    assert "R+fill" in [run.name for run in synthetic_runs(entry(hole={"class": "7"}), "gan")]


def test_lists_make_further_runs_that_say_how_many_rows_they_have() -> None:
    runs = synthetic_runs(entry(n_synthetic=[None, 1_000_000], synthetic_ratio=[1.0, 0.5]), "gan")
    assert runs == [Run("S"), Run("S n1000000", 1_000_000), Run("R+S", 1.0), Run("R+S x0.5", 0.5), Run("S->R")]
    assert [arm_of(run.name) for run in runs] == ["S", "S", "R+S", "R+S", "S->R"]
    assert slug("R+S x0.5") == "real_and_synthetic_x0_5"  # a dot would end a namespace


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
def test_as_many_rows_are_generated_as_the_largest_run_needs(n_synthetic: list, ratios: list, wanted: int) -> None:
    assert rows_wanted(n_synthetic, ratios, 40) == wanted
