"""The nodes of classification and evaluation, on arrays small enough to see through."""

import numpy as np
import pandas as pd
import pytest

from standin.core.leakage import mark_seen
from standin.models.cnn import cnn
from standin.pipelines.classification import nodes as classification
from standin.pipelines.evaluation import nodes as evaluation
from standin.pipelines.reporting import nodes as reporting
from standin.reports.report import best_models
from tests.pipelines.images import CLASSIFIER, labeled_synthetic, real

BOOTSTRAP = {"resamples": 100, "confidence": 0.95, "seed": 0}


def test_arm_s_to_r_trains_on_generated_rows_then_on_real_ones() -> None:
    _, curves, provenance = classification.train_on_synthetic_then_real(
        real(40), labeled_synthetic(30), CLASSIFIER, [0]
    )
    assert curves["step"].tolist() == [1, 2, 3, 4, 5, 6]
    assert provenance["optimizer_steps"] == 6
    assert (len(provenance["real_image_ids"]), provenance["n_synthetic"]) == (40, 30)


def test_arm_r_pools_real_rows() -> None:
    models, curves, provenance = classification.train_on_real(real(40), CLASSIFIER, [0, 1])
    assert models.keys() == {"seed_0", "seed_1"}
    assert curves["step"].tolist() == [2, 4, 6, 2, 4, 6]
    assert provenance["optimizer_steps"] == 6
    assert len(provenance["label_image_ids"]) == 40
    assert provenance["n_synthetic"] == 0


def test_arm_s_pools_generated_rows_and_remembers_the_real_ones_behind_them() -> None:
    _, _, provenance = classification.train_on_synthetic(labeled_synthetic(30), CLASSIFIER, [0])
    assert len(provenance["real_image_ids"]) == 0
    assert provenance["seen_by_generative_model"].tolist() == list(range(40))
    assert provenance["seen_by_pseudo_labeler"].tolist() == list(range(10))
    assert "seen_by_classifier" not in provenance  # it saw generated rows alone
    assert len(provenance["label_image_ids"]) == 10
    assert provenance["n_synthetic"] == 30


@pytest.mark.parametrize(("ratio", "expected"), [(0.5, 20), (0.75, 30), (2.0, 30)])
def test_arm_r_plus_s_pools_both_by_the_ratio(ratio: float, expected: int, caplog: pytest.LogCaptureFixture) -> None:
    _, _, provenance = classification.train_on_both(real(40), labeled_synthetic(30), CLASSIFIER, [0], ratio)
    assert provenance["n_synthetic"] == expected
    assert len(provenance["label_image_ids"]) == 40  # those of the pseudo-labeler are among the train rows
    assert ("has 30 generated rows, not 80" in caplog.text) == (ratio == 2.0)


@pytest.mark.parametrize(("amount", "expected"), [(None, 20), (5, 5), (500, 30)])
def test_arm_s_has_as_many_rows_as_there_are_real_ones_or_as_many_as_one_says(
    amount: int | None, expected: int
) -> None:
    synthetic = labeled_synthetic(30) | {"n_train": np.array(20)}
    _, _, provenance = classification.train_on_synthetic(synthetic, CLASSIFIER, [0], amount)
    assert provenance["n_synthetic"] == expected


def test_missing_rows_are_filled_with_those_that_were_asked_for_or_are_called_so() -> None:
    rows = real(40) | {"missing": np.array([0, 7])}
    _, _, called = classification.train_on_filled(rows, labeled_synthetic(30), CLASSIFIER, [0])
    assert (called["n_synthetic"], len(called["real_image_ids"])) == (7, 40)
    nothing = labeled_synthetic(30) | {"labels": np.zeros(30, int)}
    _, _, none = classification.train_on_filled(rows, nothing, CLASSIFIER, [0])
    assert (none["n_synthetic"], none["label_source"]) == (0, "pseudo-labeler")
    asked = labeled_synthetic(30) | {"imputed_images": real(3)["images"], "imputed_labels": np.ones(3, int)}
    assert classification.train_on_filled(rows, asked, CLASSIFIER, [0])[2]["n_synthetic"] == 3


class Dark:
    """A pseudo-labeler to which every image is dark."""

    def predict(self, images: np.ndarray, **_: object) -> np.ndarray:
        return np.tile([0.9, 0.1], (len(images), 1))

    __call__ = predict


def test_self_training_reads_the_labellers_calls_of_the_rows_outside_the_budget(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    train = real(40)
    labeled = {name: values if name == "class_names" else values[:10] for name, values in train.items()}
    seen = mark_seen("pseudo_labeler", labeled)
    pools = []
    monkeypatch.setattr(
        classification,
        "_train",
        lambda pools_, provenance, *_: (pools.extend(pools_), None, provenance),
    )
    _, _, provenance = classification.train_on_own_labels(train, labeled, Dark(), seen, CLASSIFIER, [0])
    assert provenance["real_image_ids"].tolist() == list(range(10, 40))
    assert provenance["label_image_ids"].tolist() == list(range(10))
    assert provenance["seen_by_pseudo_labeler"].tolist() == list(range(10))
    ((images, called),) = pools
    np.testing.assert_array_equal(images, train["images"][10:])
    assert set(called) == {0}


def test_hand_labels_are_counted_where_they_are_used_and_cost_no_label_of_a_real_row() -> None:
    synthetic = labeled_synthetic(30)
    synthetic |= {"is_manual": np.arange(30) < 20, "label_source": np.array("manual and pseudo-labeler")}
    _, _, whole = classification.train_on_synthetic(synthetic, CLASSIFIER, [0])
    assert (whole["n_manual_labels"], whole["label_source"], len(whole["label_image_ids"])) == (
        20,
        "manual and pseudo-labeler",
        10,
    )
    table = {"n_images": 16, "epochs": [1], "batch_size": 8, "learning_rate": 0.01}
    models, few = classification.train_for_epochs(real(40), synthetic, CLASSIFIER, table, seeds=[0])
    assert (few["n_manual_labels"], few["label_source"]) == (16, "manual")
    assert sorted(few["label_image_ids"]) == sorted(few["real_image_ids"])
    lazily = {name: (lambda m=model: m) for name, model in models.items()}
    found = evaluation.evaluate_by_epoch(real(20, first_id=500), lazily, few, BOOTSTRAP)
    assert found[["label_source", "n_manual_labels"]].astype(object).to_numpy().tolist()[0] == ["manual", 16]
    assert found["n_manual_labels"].tolist() == [16, 0]


@pytest.fixture(scope="module")
def evaluated() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    untrained = cnn((8, 8, 1), 2, widths=[4])
    ledgers = [
        {
            "real_image_ids": np.arange(n),
            **mark_seen("generative_model", real(40)),
            **mark_seen("pseudo_labeler", real(40)),
            **mark_seen("classifier", real(40)),
            "label_image_ids": np.arange(40),
            "n_synthetic": np.array(s),
            "n_manual_labels": np.array(0),
            "label_source": np.array("pseudo-labeler"),
            "optimizer_steps": np.array(6),
        }
        for n, s in ((0, 30), (40, 20))
    ]
    partitions = {"seed_1": lambda: untrained, "seed_0": lambda: untrained}
    return evaluation.evaluate(
        real(20, first_id=500),
        real(10, first_id=900),
        BOOTSTRAP,
        partitions,
        ledgers[0],
        partitions,
        ledgers[1],
        arms=("synthetic", "mixed"),
        dataset="toy",
        generative_model="gan",
        generator_seed=3,
    )


def test_the_accuracy_table_has_its_columns_and_a_row_an_arm_and_seed(evaluated: tuple) -> None:
    scores = evaluated[0]
    assert scores.columns.tolist() == [
        "dataset",
        "generative_model",
        "arm",
        "synthetic_ratio",
        "n_real",
        "n_synthetic",
        "n_labels_spent",
        "n_manual_labels",
        "label_source",
        "generator_seed",
        "classifier_seed",
        "optimizer_steps",
        "accuracy",
        "accuracy_low",
        "accuracy_high",
        "macro_f1",
        "roc_auc",
        "average_precision",
        "validation_accuracy",
    ]
    assert scores[["arm", "classifier_seed"]].to_numpy().tolist() == [
        ["synthetic", 0],
        ["synthetic", 1],
        ["mixed", 0],
        ["mixed", 1],
    ]
    assert scores["synthetic_ratio"].isna().tolist() == [True, True, False, False]
    assert scores["synthetic_ratio"].iloc[2] == 0.5
    assert (scores["accuracy_low"] <= scores["accuracy"]).all() and (
        scores["accuracy"] <= scores["accuracy_high"]
    ).all()


def test_scores_follow_from_the_predictions(evaluated: tuple) -> None:
    scores, recalls, predictions = evaluated
    one = predictions[(predictions["arm"] == "synthetic") & (predictions["classifier_seed"] == 0)]
    assert (one["label"] == one["predicted"]).mean() == scores["accuracy"].iloc[0]
    assert one["image_id"].tolist() == list(range(500, 520))
    recall = recalls[(recalls["arm"] == "synthetic") & (recalls["classifier_seed"] == 0)]
    assert recall["class"].tolist() == ["dark", "bright"]
    assert recall["recall"].mean() == pytest.approx(scores["accuracy"].iloc[0])  # classes are of equal size


def test_the_table_by_epochs_refuses_a_test_row_among_its_real_rows() -> None:
    table = {"n_images": 20, "epochs": [1], "batch_size": 8, "learning_rate": 0.01}
    train, synthetic = real(40), labeled_synthetic()
    classifiers, provenance = classification.train_for_epochs(train, synthetic, CLASSIFIER, table, seeds=[0])
    assert set(classifiers) == {"generated_1", "real_1"}
    assert len(provenance["real_image_ids"]) == 20 and provenance["n_synthetic"] == 20
    lazily = {name: (lambda m=model: m) for name, model in classifiers.items()}
    found = evaluation.evaluate_by_epoch(real(20, first_id=500), lazily, provenance, BOOTSTRAP)
    assert found[["trained_on", "epochs"]].to_numpy().tolist() == [["generated", 1], ["real", 1]]
    with pytest.raises(ValueError, match=r"Data leakage: .*classifier was trained on 20 test images"):
        evaluation.evaluate_by_epoch(train, lazily, provenance, BOOTSTRAP)


def test_arm_r_plus_repeat_has_other_rows_of_the_missing_class_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    pools = []
    monkeypatch.setattr(
        classification, "_train", lambda pool, provenance, *_: pools.append(pool[0]) or (None, None, provenance)
    )
    train = real(10) | {"missing": np.array([0, 7])}
    *_, provenance = classification.train_on_repeated(train, CLASSIFIER, [0])
    images, labels = pools[0]
    assert np.bincount(labels).tolist() == [5, 12]
    bright = train["images"][train["labels"] == 1]
    np.testing.assert_array_equal(images[10:], bright[[0, 1, 2, 3, 4, 0, 1]])
    assert (len(provenance["real_image_ids"]), len(provenance["label_image_ids"]), provenance["n_synthetic"]) == (
        10,
        10,
        0,
    )


def test_tabulate_puts_real_arms_first(evaluated: tuple) -> None:
    of_real = evaluated[0].iloc[:1].assign(arm="real", generative_model=None, generator_seed=pd.NA)
    table = reporting.tabulate(of_real, evaluated[0])
    assert table["arm"].tolist() == ["real", "synthetic", "synthetic", "mixed", "mixed"]
    assert table.columns.tolist() == evaluation.ACCURACY_COLUMNS
    assert pd.isna(table["generative_model"].iloc[0])


def test_the_best_model_is_chosen_by_validation_rows_among_those_that_do_not_copy() -> None:
    models = {"gan": (0.8, 0.9), "vae": (0.9, 0.7), "copier": (0.99, 0.99)}
    rows = [
        {
            "arm": "synthetic",
            "generative_model": name,
            "validation_accuracy": validation,
            "accuracy": test,
            "n_labels_spent": 9,
        }
        for name, (validation, test) in models.items()
    ]
    best, second = best_models(pd.DataFrame(rows), [])
    assert (best["model"], second["model"]) == ("copier", "vae")
    assert best_models(pd.DataFrame(rows), ["copier"])[0] == {"model": "vae", "validation_accuracy": 0.9, "labels": 9}
    assert best_models(pd.DataFrame(rows), ["copier", "vae"]) == []
