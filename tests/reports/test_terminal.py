"""Results as text for a terminal."""

import pandas as pd
import pytest

from standin.reports.terminal import accuracy_text, aligned, results_text, verdict_text
from standin.verdict.schema import Verdict
from tests.verdict.examples import full_verdict


@pytest.fixture
def verdict() -> Verdict:
    return full_verdict()


def scores(synthetic: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "arm": ["real", "synthetic", "synthetic"],
            "generative_model": [None, "gan", "gan"],
            "accuracy": [0.98, synthetic, synthetic + 0.02],
            "accuracy_low": [0.97, synthetic - 0.02, synthetic],
            "accuracy_high": [0.99, synthetic + 0.02, synthetic + 0.04],
            "n_synthetic": [0, 5000, 5000],
            "n_labels_spent": [1257, None, None],
            "n_manual_labels": [0, 0, 0],
        }
    )


def test_the_verdict_has_a_line_for_each_question(verdict: Verdict) -> None:
    lines = [" ".join(line.split()) for line in verdict_text("digits", verdict).splitlines()]
    assert lines[0] == "digits: can generated images stand in for real ones?"
    assert "gan replace no -6.0 (-6.2 to -5.5) 190 of 1,257" in lines
    assert "extend yes, for these trainings +2.0 (+1.8 to +2.5)" in lines
    assert "vae is left out: train_generative_model failed (loss is nan)" in lines
    assert lines[-1] == "Warning: A class <b> has few images."


def test_a_changed_answer_is_shown_with_the_earlier_one(verdict: Verdict) -> None:
    model = verdict.generative_models["gan"]
    assert model.replace is not None
    earlier = model.model_copy(update={"replace": model.replace.model_copy(update={"answer": "undecided"})})
    before = verdict.model_copy(update={"generative_models": {"gan": earlier}})
    assert "no (was undecided)" in verdict_text("digits", verdict, before)
    assert "was" not in verdict_text("digits", verdict, verdict).partition("\n")[2]


def test_accuracies_are_sorted_and_in_words() -> None:
    lines = accuracy_text("digits", scores(0.9)).splitlines()
    assert [line.split("  ")[0] for line in lines[3:]] == ["real images", "gan: generated images only"]
    assert lines[4].split()[-6:] == ["5,000", "unknown", "91.0", "88.0", "to", "94.0"]


def test_changes_since_the_previous_run_have_a_column() -> None:
    assert "change" not in accuracy_text("digits", scores(0.9), scores(0.9))
    changed = accuracy_text("digits", scores(0.9), scores(0.85)).splitlines()
    assert changed[2].endswith("change") and changed[4].endswith("+5.0") and changed[3].endswith("99.0")
    assert accuracy_text("digits", scores(0.9), scores(0.9).head(1)).splitlines()[4].endswith("new")


def test_many_test_images_give_more_decimals(verdict: Verdict) -> None:
    many = verdict.model_copy(update={"test_images": 10_000})
    assert "91.00" in results_text("digits", {"verdict": many, "accuracy": scores(0.9)})
    assert results_text("digits", {"accuracy": scores(0.9)}).startswith("digits: accuracy")


def test_columns_are_aligned() -> None:
    assert aligned([["a", "1"], ["bcd", "10"]], numbers=True) == ["a     1", "bcd  10"]
    assert aligned([["a", "1"], ["bcd", "10"]]) == ["a    1", "bcd  10"]
