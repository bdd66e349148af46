"""Summaries of scores and recalls."""

import pandas as pd
import pytest

from standin.reports.tables import (
    BestModel,
    Change,
    MeanRecall,
    accuracy_matrix,
    best_models,
    changes,
    mean_accuracy,
    recall_by_class,
    records,
)


def runs(*rows: tuple[str | None, str, float, float]) -> pd.DataFrame:
    """Rows of (generative model, arm, accuracy, validation accuracy)."""
    table = pd.DataFrame(rows, columns=["generative_model", "arm", "accuracy", "validation_accuracy"])
    table["accuracy_low"], table["accuracy_high"] = table["accuracy"] - 0.05, table["accuracy"] + 0.05
    return table.assign(n_synthetic=30, n_labels_spent=9, n_manual_labels=0)


def test_the_best_model_has_the_best_validation_accuracy_and_does_not_copy() -> None:
    table = runs(("gan", "synthetic", 0.9, 0.8), ("vae", "synthetic", 0.7, 0.9), ("copier", "synthetic", 0.99, 0.99))
    assert [best.model for best in best_models(table)] == ["copier", "vae"]
    assert best_models(table, ["copier"])[0] == BestModel("vae", 0.9, 9)
    assert best_models(table, ["copier", "vae"]) == []


def test_changes_are_those_of_means_by_what_was_trained_on() -> None:
    before = runs((None, "real", 0.9, 0), ("gan", "synthetic", 0.8, 0), ("vae", "synthetic", 0.7, 0))
    now = runs((None, "real", 0.9004, 0), ("gan", "synthetic", 0.85, 0), ("gan", "mixed", 0.91, 0))
    assert changes(now, before) == [
        Change("gan: real and generated images", None, 0.91),
        Change("gan: generated images only", 0.8, 0.85),
        Change("vae: generated images only", 0.7, None),
    ]
    assert changes(now, now) == []
    retired = runs(("gan", "retired_arm", 0.5, 0))
    assert changes(now, pd.concat([now, retired])) == []


@pytest.mark.parametrize("before", [pd.DataFrame(), pd.DataFrame({"arm": ["real"], "accuracy": [0.9]})])
def test_nothing_is_compared_without_a_previous_run_of_this_version(before: pd.DataFrame) -> None:
    assert changes(runs((None, "real", 0.9, 0)), before) is None


def test_accuracy_is_the_mean_over_runs_with_the_outermost_ends() -> None:
    table = runs(("gan", "synthetic", 0.8, 0), ("gan", "synthetic", 0.9, 0), ("vae", "synthetic", 0.1, 0))
    mean = mean_accuracy(table, "synthetic", "gan")
    assert mean is not None
    assert (mean.accuracy, mean.low, mean.high, mean.runs) == pytest.approx((0.85, 0.75, 0.95, 2))
    assert mean_accuracy(table, "mixed", "gan") is None


def test_recall_is_the_mean_over_classifiers_and_none_without_test_images() -> None:
    columns = ["arm", "class", "test_images", "recall", "recall_low", "recall_high"]
    rows = [("real", "7", 20, 0.5, 0.4, 0.6), ("real", "7", 20, 0.7, 0.6, 0.8), ("real", "8", 0, None, None, None)]
    seven, eight = recall_by_class(pd.DataFrame(rows, columns=columns))
    assert (seven.name, seven.test_images) == ("7", 20)
    assert seven.arms["real"] == pytest.approx(MeanRecall(0.6, 0.4, 0.8))
    assert (eight.name, eight.test_images, eight.arms) == ("8", 0, {"real": None})


def test_missing_values_are_none() -> None:
    assert records(pd.DataFrame({"a": [1.5, None], "b": ["x", None]})) == [{"a": 1.5, "b": "x"}, {"a": None, "b": None}]


def test_accuracies_by_arm_and_model() -> None:
    rows = [("real", None, 0.9), ("synthetic", "gan", 0.5), ("synthetic", "gan", 0.7), ("synthetic", "vae", 0.4)]
    rows.append(("mixed", "vae", 0.8))
    matrix = accuracy_matrix(pd.DataFrame(rows, columns=["arm", "generative_model", "accuracy"]))
    assert matrix.columns == ("", "gan", "vae")
    found = {row.label: [cell and round(cell.accuracy, 3) for cell in row.cells] for row in matrix.rows}
    assert found == {
        "real images": [0.9, None, None],
        "generated images only": [None, 0.6, 0.4],
        "real and generated images": [None, None, 0.8],
    }
    shades = [cell.shade for row in matrix.rows for cell in row.cells if cell]
    assert (min(shades), max(shades)) == (0, 1)
