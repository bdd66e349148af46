"""The nodes of classification and evaluation, on small arrays."""

import numpy as np
import pandas as pd
import pytest

from standin.core.errors import LeakError
from standin.core.leakage import mark_seen
from standin.metrics.perturbations import PERTURBATIONS
from standin.models.cnn import cnn
from standin.pipelines.evaluation import nodes as evaluation
from standin.pipelines.evaluation.pipeline import create_experiment_pipeline
from standin.pipelines.evaluation.robustness import evaluate_robustness
from standin.pipelines.reporting import nodes as reporting
from standin.training.inference import predict
from standin.training.pools.real import real as real_pool
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
        "log_loss",
        "calibration_error",
        "brier_score",
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
    probability = one["probability_of_label"].astype(float)
    assert one["probability_of_label"].dtype == np.float32
    assert scores["log_loss"].iloc[0] == pytest.approx(-np.log(probability).mean(), rel=1e-5)
    assert scores["brier_score"].iloc[0] == pytest.approx(
        2 * np.square(1 - probability).mean(), rel=1e-5
    )  # two classes
    assert ((probability > 0.5) == (one["label"] == one["predicted"])).all()
    recall = recalls[(recalls["arm"] == "synthetic") & (recalls["classifier_seed"] == 0)]
    assert recall["class"].tolist() == ["dark", "bright"]
    assert recall["recall"].mean() == pytest.approx(scores["accuracy"].iloc[0])  # classes are of equal size


def test_a_classifier_is_scored_on_perturbed_test_images_of_each_class() -> None:
    untrained, test = cnn((8, 8, 1), 2, widths=[4]), real(21, first_id=500)
    provenance = real_pool(real(40)).provenance
    classifiers = {"seed_10": None, "seed_9": lambda: untrained}
    about = {"arm": "real", "generative_model": None}
    table = evaluate_robustness(test, BOOTSTRAP, classifiers, provenance, **about)
    assert table["perturbation"].unique().tolist() == list(PERTURBATIONS)
    plain = table[table["perturbation"] == "none"].set_index("class")
    assert plain.index.tolist() == ["(all)", "dark", "bright"]
    assert plain["test_images"].tolist() == [21, 11, 10]
    correct = predict(untrained, test["images"]).argmax(axis=1) == test["labels"]
    expected = [correct.mean(), correct[::2].mean(), correct[1::2].mean()]
    assert plain["accuracy"].tolist() == pytest.approx(expected)
    with pytest.raises(LeakError, match="classifier was trained on 20 test images"):
        evaluate_robustness(real(20), BOOTSTRAP, classifiers, provenance, **about)


def test_few_test_images_are_drawn_and_the_same_ones_for_every_classifier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standin.pipelines.evaluation.robustness.MAX_IMAGES", 6)
    seen: list[np.ndarray] = []

    def spy(model: object, images: np.ndarray) -> np.ndarray:
        seen.append(images)
        return np.eye(2)[np.zeros(len(images), int)]

    monkeypatch.setattr("standin.training.inference.predict", spy)
    provenance = real_pool(real(40)).provenance
    for _ in range(2):
        classifiers = {"seed_0": lambda: None}
        evaluate_robustness(
            real(20, first_id=500), BOOTSTRAP, classifiers, provenance, arm="real", generative_model=None
        )
    assert {len(images) for images in seen} == {6}
    for first, second in zip(seen[:5], seen[5:], strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    ("arms", "scored"),
    [(["real", "oversampled"], "real"), (["synthetic", "synthetic n9"], "synthetic"), (["mixed"], None)],
)
def test_real_and_synthetic_are_scored_on_perturbed_images(arms: list[str], scored: str | None) -> None:
    nodes = {node.name: node for node in create_experiment_pipeline(arms, "toy", "gan", 0).nodes}
    node = nodes.get("evaluate_robustness")
    assert (node and node.inputs[-1]) == (scored and f"provenance_{scored}")


def test_tabulate_puts_real_arms_first(evaluated: tuple) -> None:
    of_real = evaluated[0].iloc[:1].assign(arm="real", generative_model=None, generator_seed=pd.NA)
    table = reporting.tabulate(of_real, evaluated[0])
    assert table["arm"].tolist() == ["real", "synthetic", "synthetic", "mixed", "mixed"]
    assert table.columns.tolist() == evaluation.ACCURACY_COLUMNS
    assert pd.isna(table["generative_model"].iloc[0])
