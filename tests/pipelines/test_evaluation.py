"""The nodes of classification and evaluation, on small arrays."""

import numpy as np
import pandas as pd
import pytest

from standin.core.leakage import mark_seen
from standin.models.cnn import cnn
from standin.pipelines.evaluation import nodes as evaluation
from standin.pipelines.reporting import nodes as reporting
from tests.pipelines.images import real

BOOTSTRAP = {"resamples": 100, "confidence": 0.95, "seed": 0}


@pytest.fixture(scope="module")
def evaluated() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    untrained = cnn((8, 8, 1), 2, widths=[4])
    provenances = [
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
        provenances[0],
        partitions,
        provenances[1],
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


def test_tabulate_puts_real_arms_first(evaluated: tuple) -> None:
    of_real = evaluated[0].iloc[:1].assign(arm="real", generative_model=None, generator_seed=pd.NA)
    table = reporting.tabulate(of_real, evaluated[0])
    assert table["arm"].tolist() == ["real", "synthetic", "synthetic", "mixed", "mixed"]
    assert table.columns.tolist() == evaluation.ACCURACY_COLUMNS
    assert pd.isna(table["generative_model"].iloc[0])
