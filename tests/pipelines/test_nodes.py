"""Each node's own facts, on arrays small enough to see through."""

import numpy as np
import pandas as pd
import pytest

from standin.data.hand_labels import sample_ids
from standin.errors import InputError
from standin.models.cnn import cnn
from standin.pipelines.classification import nodes as classification
from standin.pipelines.evaluation import nodes as evaluation
from standin.pipelines.generation import nodes as generation
from standin.pipelines.ingestion import nodes as ingestion
from standin.pipelines.labelling import nodes as labelling
from standin.pipelines.reporting import nodes as reporting
from standin.training import Checkpoint

NAMES = np.array(["dark", "bright"])
CLASSIFIER = {
    "model": {"_target_": "standin.models.cnn.cnn", "widths": [4]},
    "steps": 6,
    "batch_size": 8,
    "learning_rate": 0.01,
    "curve_points": 3,
}
AUGMENTATION = {"max_shift": 1, "flips": []}
NO_HANDS = pd.DataFrame(columns=["sample_id", "label"], dtype=str)
LABELLING = {"confidence_threshold": 0.0, "balance_classes": False, "candidates": 1.0}
BOOTSTRAP = {"resamples": 100, "confidence": 0.95, "seed": 0}


def real(n: int = 40, first_id: int = 0) -> dict[str, np.ndarray]:
    labels = np.arange(n) % 2
    noise = np.random.default_rng(first_id).integers(0, 40, (n, 8, 8, 1))
    images = (noise + 200 * labels[:, None, None, None]).astype(np.uint8)
    return {"images": images, "labels": labels, "row_ids": np.arange(first_id, first_id + n), "class_names": NAMES}


def labelled_synthetic(n: int = 30) -> dict[str, np.ndarray]:
    rows = real(n, first_id=1000)
    return {
        "images": rows["images"],
        "labels": rows["labels"],
        "confidence": np.ones(n),
        "seen_row_ids": np.arange(40),
        "label_row_ids": np.arange(10),
        "label_source": np.array("labeller"),
        "n_hand_labels": np.array(0),
        "class_names": NAMES,
    }


class BrightnessLabeller:
    """Stands in for a trained labeller: calls an image bright by its first pixel, and is as sure as its second pixel
    says."""

    def __call__(self, images: np.ndarray, training: bool) -> np.ndarray:
        assert not training
        bright = images[:, 0, 0, 0] > 0
        sure = (images[:, 0, 1, 0] + 1) / 2
        logit = np.log(np.clip(sure, 0.5, 0.999) / (1 - np.clip(sure, 0.5, 0.999)))
        return np.stack([np.where(bright, 0, logit), np.where(bright, logit, 0)], axis=1).astype(np.float32)


def unlabelled(bright: list[int], sure: list[float]) -> dict[str, np.ndarray]:
    images = np.zeros((len(bright), 8, 8, 1), np.uint8)
    images[:, 0, 0, 0] = 255 * np.array(bright)
    images[:, 0, 1, 0] = np.rint(255 * np.array(sure))
    return {"images": images, "seen_row_ids": np.arange(40)}


def test_ingest_splits_and_draws_the_budget() -> None:
    train, validation, test, labelled = ingestion.ingest({"_target_": "standin.data.digits.load"}, [], 0, 100)
    assert [len(rows["labels"]) for rows in (train, validation, test, labelled)] == [1257, 270, 270, 100]
    assert set(labelled["row_ids"]) <= set(train["row_ids"])


def test_ingest_refuses_a_budget_larger_than_the_data() -> None:
    with pytest.raises(InputError, match=r"label_budget must be between 20 .* and 1257 .*, got 1300"):
        ingestion.ingest({"_target_": "standin.data.digits.load"}, [], 0, 1300)


GAN = {
    "_target_": "standin.models.gan.GAN",
    "generator_widths": [8],
    "latent_dim": 3,
    "training": {
        "epochs": 2,
        "batch_size": 8,
        "snapshot_epochs": [1, 2, 50],
        "snapshot_rows": 4,
        "checkpoint_every": 1,
        "augment": False,
    },
}
CLASS_GAUSSIAN = {"_target_": "standin.models.class_gaussian.ClassGaussian", "training": GAN["training"]}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict:
    checkpoint = Checkpoint(tmp_path_factory.mktemp("checkpoint"))
    entries = {"gan": GAN, "class_gaussian": CLASS_GAUSSIAN}
    return {
        n: generation.train_generative_model(real(), entry, AUGMENTATION, checkpoint, seed=0)
        for n, entry in entries.items()
    }


def test_training_gives_history_and_snapshots(models: dict) -> None:
    _, history, snapshots = models["gan"]
    assert history["epoch"].tolist() == [1, 2]
    assert {"discriminator_loss", "generator_loss", "discriminator_on_real"} <= set(history)
    assert snapshots.keys() == {"epoch_1", "epoch_2"}
    assert snapshots["epoch_2"].shape == (4, 8, 8, 1)


def test_an_unconditional_model_is_sampled_without_labels(models: dict) -> None:
    wanted = LABELLING | {"candidates": 1.5}
    synthetic = generation.sample_generative_model(models["gan"][0], real(), None, wanted, seed=0)
    assert synthetic["images"].shape == (60, 8, 8, 1)
    assert synthetic["images"].dtype == np.uint8
    assert "labels" not in synthetic
    assert synthetic["seen_row_ids"].tolist() == list(range(40))


def test_a_conditional_model_is_asked_for_the_labels_of_the_train_rows(models: dict) -> None:
    synthetic = generation.sample_generative_model(models["class_gaussian"][0], real(), None, LABELLING, seed=0)
    assert np.bincount(synthetic["labels"]).tolist() == [20, 20]
    bright = synthetic["images"].mean(axis=(1, 2, 3)) > 128
    np.testing.assert_array_equal(bright, synthetic["labels"] == 1)


def test_n_synthetic_is_how_many_rows_are_sampled(models: dict) -> None:
    for name in ("gan", "class_gaussian"):
        rows = generation.sample_generative_model(models[name][0], real(), 7, LABELLING, seed=0)
        assert len(rows["images"]) == 7


def test_the_labeller_reports_on_rows_it_was_not_trained_on() -> None:
    labelled = real(40)
    model, report = labelling.train_labeller(labelled, CLASSIFIER | {"steps": 60}, AUGMENTATION, seed=0)
    assert model(np.zeros((1, 8, 8, 1), np.float32)).shape == (1, 2)
    assert report["rows_trained_on"] + report["rows_validated_on"] == 40
    assert report["validation_accuracy"] == 1.0


def test_the_labeller_names_what_it_sees() -> None:
    synthetic = unlabelled([0, 1, 1], [0.9, 0.9, 0.8])
    rows, report = labelling.label_synthetic(synthetic, BrightnessLabeller(), real(10), real(), NO_HANDS, LABELLING, 3)
    assert rows["labels"].tolist() == [0, 1, 1]
    assert rows["confidence"] == pytest.approx([0.9, 0.9, 0.8], abs=0.01)
    assert rows["label_row_ids"].tolist() == list(range(10))
    assert report["labels_spent"] == 10
    assert report["class_histogram"] == [1, 2]


def test_unsure_labels_are_left_out() -> None:
    synthetic = unlabelled([0, 1, 1, 0], [0.95, 0.6, 0.95, 0.6])
    rows, report = labelling.label_synthetic(
        synthetic, BrightnessLabeller(), real(10), real(), NO_HANDS, LABELLING | {"confidence_threshold": 0.9}, 4
    )
    assert rows["labels"].tolist() == [0, 1]
    assert report["share_below_threshold"] == 0.5
    assert (report["rows_labelled"], report["rows_kept"]) == (4, 2)


def test_classes_are_balanced_by_leaving_rows_out() -> None:
    synthetic = unlabelled([1, 1, 1, 1, 1, 0], [0.9] * 6)
    rows, report = labelling.label_synthetic(
        synthetic, BrightnessLabeller(), real(10), real(), NO_HANDS, LABELLING | {"balance_classes": True}, 4
    )
    assert rows["labels"].tolist() == [1, 1, 0]
    assert report["class_histogram_kept"] == [1, 2]


def test_no_more_rows_are_kept_than_were_asked_for() -> None:
    rows, _ = labelling.label_synthetic(
        unlabelled([0, 1] * 5, [0.9] * 10), BrightnessLabeller(), real(10), real(), NO_HANDS, LABELLING, 6
    )
    assert len(rows["labels"]) == 6


def test_a_threshold_that_nothing_reaches_is_named() -> None:
    with pytest.raises(InputError, match="none of 2 reaches confidence_threshold=0.9"):
        labelling.label_synthetic(
            unlabelled([0, 1], [0.6, 0.6]),
            BrightnessLabeller(),
            real(10),
            real(),
            NO_HANDS,
            LABELLING | {"confidence_threshold": 0.9},
            2,
        )


def test_labels_that_were_asked_for_are_kept_and_cost_every_train_label() -> None:
    synthetic = unlabelled([0, 1, 1], [0.9] * 3) | {"labels": np.array([1, 0, 1])}
    rows, report = labelling.label_synthetic(
        synthetic, BrightnessLabeller(), real(10), real(40), NO_HANDS, LABELLING, 3
    )
    assert rows["labels"].tolist() == [1, 0, 1]
    assert report["label_source"] == "asked for"
    assert report["labels_spent"] == 40


def test_a_persons_labels_stand_and_are_counted() -> None:
    synthetic = unlabelled([0, 1, 1], [0.9, 0.9, 0.8])
    ids = sample_ids(synthetic["images"])
    hands = pd.DataFrame({"sample_id": [ids[1], "1-00000000"], "label": ["dark", "dark"]})
    rows, report = labelling.label_synthetic(synthetic, BrightnessLabeller(), real(10), real(), hands, LABELLING, 3)
    assert rows["labels"].tolist() == [0, 0, 1]
    assert rows["confidence"][1] == 1.0
    assert (report["label_source"], report["hand_labels"], report["hand_labels_given"]) == ("hand and labeller", 1, 2)
    assert report["labels_spent"] == 10


def test_with_enough_labels_by_hand_the_labeller_is_not_asked() -> None:
    synthetic = unlabelled([0, 1, 1], [0.9, 0.9, 0.8])
    ids = sample_ids(synthetic["images"])
    hands = pd.DataFrame({"sample_id": [ids[2], ids[0]], "label": ["dark", "bright"]})
    rows, report = labelling.label_synthetic(synthetic, BrightnessLabeller(), real(10), real(), hands, LABELLING, 2)
    assert rows["labels"].tolist() == [1, 0]
    np.testing.assert_array_equal(rows["images"], synthetic["images"][[0, 2]])
    assert (report["label_source"], report["labels_spent"]) == ("hand", 0)


def test_arm_s_to_r_trains_on_generated_rows_then_on_real_ones() -> None:
    _, curves, ledger = classification.train_on_synthetic_then_real(real(40), labelled_synthetic(30), CLASSIFIER, [0])
    assert curves["step"].tolist() == [1, 2, 3, 4, 5, 6]
    assert ledger["optimizer_steps"] == 6
    assert (len(ledger["real_row_ids"]), ledger["n_synthetic"]) == (40, 30)


def test_arm_r_pools_real_rows() -> None:
    models, curves, ledger = classification.train_on_real(real(40), CLASSIFIER, [0, 1])
    assert models.keys() == {"seed_0", "seed_1"}
    assert curves["step"].tolist() == [2, 4, 6, 2, 4, 6]
    assert ledger["optimizer_steps"] == 6
    assert len(ledger["label_row_ids"]) == 40
    assert ledger["n_synthetic"] == 0


def test_arm_s_pools_generated_rows_and_remembers_the_real_ones_behind_them() -> None:
    _, _, ledger = classification.train_on_synthetic(labelled_synthetic(30), CLASSIFIER, [0])
    assert len(ledger["real_row_ids"]) == 0
    assert len(ledger["seen_row_ids"]) == 40
    assert len(ledger["label_row_ids"]) == 10
    assert ledger["n_synthetic"] == 30


@pytest.mark.parametrize(("ratio", "expected"), [(0.5, 20), (0.75, 30), (2.0, 30)])
def test_arm_r_plus_s_pools_both_by_the_ratio(ratio: float, expected: int) -> None:
    _, _, ledger = classification.train_on_both(real(40), labelled_synthetic(30), CLASSIFIER, [0], ratio)
    assert ledger["n_synthetic"] == expected
    assert len(ledger["label_row_ids"]) == 40  # those of the labeller are among the train rows


@pytest.fixture(scope="module")
def evaluated() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    untrained = cnn((8, 8, 1), 2, widths=[4])
    ledgers = [
        {
            "real_row_ids": np.arange(n),
            "seen_row_ids": np.arange(40),
            "label_row_ids": np.arange(40),
            "n_synthetic": np.array(s),
            "n_hand_labels": np.array(0),
            "label_source": np.array("labeller"),
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
        arms=("S", "R+S"),
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
        "n_hand_labels",
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
    assert scores[["arm", "classifier_seed"]].to_numpy().tolist() == [["S", 0], ["S", 1], ["R+S", 0], ["R+S", 1]]
    assert scores["synthetic_ratio"].isna().tolist() == [True, True, False, False]
    assert scores["synthetic_ratio"].iloc[2] == 0.5
    assert (scores["accuracy_low"] <= scores["accuracy"]).all() and (
        scores["accuracy"] <= scores["accuracy_high"]
    ).all()


def test_scores_follow_from_the_predictions(evaluated: tuple) -> None:
    scores, recalls, predictions = evaluated
    one = predictions[(predictions["arm"] == "S") & (predictions["classifier_seed"] == 0)]
    assert (one["label"] == one["predicted"]).mean() == scores["accuracy"].iloc[0]
    assert one["row_id"].tolist() == list(range(500, 520))
    recall = recalls[(recalls["arm"] == "S") & (recalls["classifier_seed"] == 0)]
    assert recall["class"].tolist() == ["dark", "bright"]
    assert recall["recall"].mean() == pytest.approx(scores["accuracy"].iloc[0])  # classes are of equal size


@pytest.mark.parametrize("what", ["seen_row_ids", "label_row_ids"])
def test_a_test_row_seen_upstream_fails_the_evaluation(what: str) -> None:
    ledger = {"seen_row_ids": np.arange(40), "label_row_ids": np.arange(40)}
    ledger[what] = np.append(ledger[what], 503)
    with pytest.raises(ValueError, match=rf"leak: arm S .* 1 of them are in its {what}: \[503\]"):
        evaluation.check_unseen(real(20, first_id=500), ledger, "S")


def test_the_table_by_epochs_refuses_a_test_row_among_its_real_rows() -> None:
    table = {"rows": 20, "epochs": [1], "batch_size": 8, "learning_rate": 0.01}
    train, synthetic = real(40), labelled_synthetic()
    classifiers, ledger = classification.train_for_epochs(train, synthetic, CLASSIFIER, table, seeds=[0])
    assert set(classifiers) == {"generated_1", "real_1"}
    assert len(ledger["real_row_ids"]) == 20 and ledger["n_synthetic"] == 20
    lazily = {name: (lambda m=model: m) for name, model in classifiers.items()}
    found = evaluation.evaluate_by_epoch(real(20, first_id=500), lazily, ledger, BOOTSTRAP)
    assert found[["trained_on", "epochs"]].to_numpy().tolist() == [["generated", 1], ["real", 1]]
    with pytest.raises(ValueError, match="leak: arm of the epoch table"):
        evaluation.evaluate_by_epoch(train, lazily, ledger, BOOTSTRAP)


def test_ingest_refuses_conditions_that_the_source_does_not_give() -> None:
    source = {"_target_": "standin.data.digits.load"}
    with pytest.raises(InputError, match=r"conditions must name what standin.data.digits.load gives, \[\].*'age'"):
        ingestion.ingest(source, ["age"], split_seed=0, label_budget=None)


def test_tabulate_puts_real_arms_first(evaluated: tuple) -> None:
    of_real = evaluated[0].iloc[:1].assign(arm="R", generative_model=None, generator_seed=pd.NA)
    table = reporting.tabulate(of_real, evaluated[0])
    assert table["arm"].tolist() == ["R", "S", "S", "R+S", "R+S"]
    assert table.columns.tolist() == evaluation.ACCURACY_COLUMNS
    assert pd.isna(table["generative_model"].iloc[0])
