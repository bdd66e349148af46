"""The nodes of ingestion and generation, on arrays small enough to verify by hand."""

import numpy as np
import pytest

from standin.core.errors import InputError
from standin.pipelines.generation import nodes as generation
from standin.pipelines.ingestion import nodes as ingestion
from standin.training import Checkpoint
from tests.pipelines.images import real

AUGMENTATION = {"max_shift": 1, "flips": []}
PSEUDO_LABELING = {"candidates": 1.0}
GAN = {
    "_target_": "standin.models.gan.GAN",
    "generator_widths": [8],
    "latent_dim": 3,
    "training": {
        "epochs": 2,
        "batch_size": 8,
        "snapshot_epochs": [1, 2, 50],
        "snapshot_images": 4,
        "checkpoint_every": 1,
        "augment": False,
        "precision": "float32",
        "devices": 1,
    },
}
CLASS_GAUSSIAN = {"_target_": "standin.models.class_gaussian.ClassGaussian", "training": GAN["training"]}


def test_ingest_splits_and_draws_the_budget() -> None:
    train, validation, test, labeled, copies, held_out = ingestion.ingest(
        {"_target_": "standin.data.digits.load"}, [], 0, None, None, 100
    )
    assert [len(images["labels"]) for images in (train, validation, test, held_out, labeled)] == [
        932,
        123,
        638,
        104,
        100,
    ]
    assert test["near_duplicate"].sum() < 5
    assert set(labeled["image_ids"]) <= set(train["image_ids"])
    assert copies == {"dropped": {"train": 0}, "with_other_label": 0, "example": None, "formats": [], "notes": []}


def test_ingest_refuses_a_budget_larger_than_the_data() -> None:
    with pytest.raises(InputError, match=r"label_budget must be between 20 .* and 931 .*, got 1300"):
        ingestion.ingest({"_target_": "standin.data.digits.load"}, [], 0, None, None, 1300)


def test_ingest_refuses_conditions_that_the_source_does_not_give() -> None:
    source = {"_target_": "standin.data.digits.load"}
    with pytest.raises(InputError, match=r"conditions must be those of standin.data.digits.load, \[\].*'age'"):
        ingestion.ingest(source, ["age"], 0, None, None, None)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict:
    checkpoint = Checkpoint(tmp_path_factory.mktemp("checkpoint"))
    entries = {"gan": GAN, "class_gaussian": CLASS_GAUSSIAN}
    return {
        n: generation.train_generative_model(real(), entry, AUGMENTATION, checkpoint, seed=0)
        for n, entry in entries.items()
    }


def test_training_gives_history_and_snapshots(models: dict) -> None:
    _, history, snapshots, _ = models["gan"]
    assert history["epoch"].tolist() == [1, 2]
    assert {"discriminator_loss", "generator_loss", "discriminator_on_real"} <= set(history)
    assert snapshots.keys() == {"epoch_1", "epoch_2"}
    assert snapshots["epoch_2"].shape == (4, 8, 8, 1)


def test_an_unconditional_model_is_sampled_without_labels(models: dict) -> None:
    wanted = PSEUDO_LABELING | {"candidates": 1.5}
    synthetic = generation.sample_generative_model(
        models["gan"][0], models["gan"][3], real(), [None], [1.0], wanted, seed=0
    )
    assert synthetic["images"].shape == (60, 8, 8, 1)
    assert synthetic["images"].dtype == np.uint8
    assert "labels" not in synthetic
    assert synthetic["seen_by_generative_model"].tolist() == list(range(40))
    assert synthetic["hashes_by_generative_model"].shape == (40, 16)


def test_a_conditional_model_gets_the_labels_of_the_training_images(models: dict) -> None:
    model, _, _, seen = models["class_gaussian"]
    synthetic = generation.sample_generative_model(model, seen, real(), [None], [1.0], PSEUDO_LABELING, seed=0)
    assert np.bincount(synthetic["labels"]).tolist() == [20, 20]
    bright = synthetic["images"].mean(axis=(1, 2, 3)) > 128
    np.testing.assert_array_equal(bright, synthetic["labels"] == 1)


def test_n_synthetic_is_the_number_of_samples(models: dict) -> None:
    for name in ("gan", "class_gaussian"):
        images = generation.sample_generative_model(models[name][0], {}, real(), [7], [1.0], PSEUDO_LABELING, seed=0)
        assert len(images["images"]) == 7
