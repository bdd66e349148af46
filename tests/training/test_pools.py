"""The training pool of each arm: images, labels and provenance."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from standin.core.code_digest import code_digests
from standin.core.leakage import image_hashes, mark_seen
from standin.experiments.arms import ARMS
from standin.pipelines.classification.nodes import train_arm
from standin.training.pools.imputed import imputed
from standin.training.pools.mixed import mixed, mixed_equal_exposure
from standin.training.pools.oversampled import oversampled
from standin.training.pools.real import real, real_longer, real_unaugmented
from standin.training.pools.real_pseudo_labeled import real_pseudo_labeled, real_soft
from standin.training.pools.self_training import self_training
from standin.training.pools.synthetic import synthetic
from standin.training.pools.synthetic_soft import synthetic_soft
from standin.training.pools.synthetic_then_real import synthetic_then_real
from tests.pipelines.images import labeled_synthetic
from tests.pipelines.images import real as real_images


def test_every_arm_has_a_pool_and_its_node_depends_on_no_other() -> None:
    """Nor does it depend on the registry: editing it retrains nothing."""
    prefix = "standin.training.pools."
    modules = {
        f"{prefix}{path.stem}" for path in Path(train_arm.__code__.co_filename).parents[2].glob("training/pools/*.py")
    }
    pools = [arm.pool for arm in ARMS.values() if arm.pool]
    assert {pool.rpartition(".")[0] for pool in pools} == modules - {f"{prefix}__init__", f"{prefix}pool"}
    for pool in pools:
        digests = code_digests(train_arm, [{"_target_": pool}])
        module = pool.rpartition(".")[0]
        assert {name for name in digests if name.startswith(prefix)} == {module, f"{prefix}pool"}
        assert {"standin.training.supervised", "standin.training.recipe"} <= digests.keys()
        assert "standin.experiments.arms" not in digests


def test_real_pools_all_real_images() -> None:
    pool = real(real_images(40))
    assert len(pool.pools) == 1 and len(pool.pools[0][1]) == 40
    assert (pool.n_classes, pool.augmented) == (2, True)
    assert len(pool.provenance["real_image_ids"]) == len(pool.provenance["label_image_ids"]) == 40
    assert pool.provenance["n_synthetic"] == 0
    unaugmented = real_unaugmented(real_images(40))
    assert not unaugmented.augmented
    np.testing.assert_array_equal(unaugmented.pools[0][0], pool.pools[0][0])


def test_synthetic_pools_generated_images_and_records_the_real_ones_behind_them() -> None:
    provenance = synthetic(labeled_synthetic(30), amount=30).provenance
    assert len(provenance["real_image_ids"]) == 0
    assert provenance["seen_by_generative_model"].tolist() == list(range(40))
    assert provenance["seen_by_pseudo_labeler"].tolist() == list(range(10))
    assert "seen_by_classifier" not in provenance  # it is trained on generated images only
    assert len(provenance["label_image_ids"]) == 10
    assert provenance["n_synthetic"] == 30


@pytest.mark.parametrize(("amount", "expected"), [(None, 20), (5, 5), (500, 30)])
@pytest.mark.parametrize("first", [True, False])
def test_the_default_amount_is_the_number_of_real_images(amount: int | None, expected: int, first: bool) -> None:
    generated = labeled_synthetic(30) | {"n_train": np.array(20)}
    pool = synthetic(generated, amount) if first else synthetic_then_real(real_images(40), generated, amount)
    assert pool.provenance["n_synthetic"] == len(pool.pools[0][1]) == expected


@pytest.mark.parametrize(("ratio", "expected"), [(0.5, 20), (0.75, 30), (2.0, 30)])
def test_mixed_pools_both_by_the_ratio(ratio: float, expected: int, caplog: pytest.LogCaptureFixture) -> None:
    pool = mixed(real_images(40), labeled_synthetic(30), ratio)
    assert pool.provenance["n_synthetic"] == expected == len(pool.pools[0][1]) - 40
    assert len(pool.provenance["label_image_ids"]) == 40  # those of the pseudo-labeler are among the training images
    warned = "mixed uses 30 synthetic images instead of 80; increase n_synthetic" in caplog.text
    assert warned == (ratio == 2.0)


@pytest.mark.parametrize(("generated", "length"), [(0, 1.0), (10, 1.25), (40, 2.0)])
def test_with_equal_exposure_the_training_is_longer_by_the_generated_images(generated: int, length: float) -> None:
    train, synthetic_images = real_images(40), labeled_synthetic(40)
    of_mixed = mixed(train, synthetic_images, generated / 40)
    equal = mixed_equal_exposure(train, synthetic_images, of_mixed.provenance)
    assert (of_mixed.length, equal.length) == (1.0, length)
    np.testing.assert_array_equal(equal.pools[0][0], of_mixed.pools[0][0])
    assert real_longer(train).length == 2.0 and len(real_longer(train).pools[0][1]) == 40


def test_synthetic_then_real_trains_on_generated_images_then_on_real_ones() -> None:
    pool = synthetic_then_real(real_images(40), labeled_synthetic(30), 30)
    np.testing.assert_array_equal(pool.pools[0][0], labeled_synthetic(30)["images"])
    np.testing.assert_array_equal(pool.pools[1][0], real_images(40)["images"])
    assert (len(pool.provenance["real_image_ids"]), pool.provenance["n_synthetic"]) == (40, 30)


def test_withheld_images_are_imputed_by_sampled_or_by_pseudo_labeled_ones() -> None:
    train = real_images(40) | {"missing": np.array([0, 7])}
    provenance = imputed(train, labeled_synthetic(30)).provenance
    assert (provenance["n_synthetic"], len(provenance["real_image_ids"])) == (7, 40)
    without_class = labeled_synthetic(30) | {"labels": np.zeros(30, int)}
    provenance = imputed(train, without_class).provenance
    assert (provenance["n_synthetic"], provenance["label_source"]) == (0, "pseudo-labeler")
    sampled = {"imputed_images": real_images(3)["images"], "imputed_labels": np.ones(3, int)}
    pool = imputed(train, labeled_synthetic(30) | sampled)
    assert pool.provenance["n_synthetic"] == 3 and pool.pools[0][1][40:].tolist() == [1, 1, 1]


def test_oversampling_repeats_other_images_of_the_withheld_class() -> None:
    train = real_images(10) | {"missing": np.array([0, 7])}
    pool = oversampled(train)
    images, labels = pool.pools[0]
    assert np.bincount(labels).tolist() == [5, 12]
    bright = train["images"][train["labels"] == 1]
    np.testing.assert_array_equal(images[10:], bright[[0, 1, 2, 3, 4, 0, 1]])
    assert len(pool.provenance["real_image_ids"]) == len(pool.provenance["label_image_ids"]) == 10
    assert pool.provenance["n_synthetic"] == 0


def dark(images: np.ndarray, **_: Any) -> np.ndarray:
    """A pseudo-labeler that predicts class 0 for every image."""
    return np.tile([0.9, 0.1], (len(images), 1))


def test_self_training_uses_labels_of_the_budget_and_predicted_ones_of_other_images() -> None:
    train = real_images(40)
    labeled = {name: values if name == "class_names" else values[5:15] for name, values in train.items()}
    pool = self_training(train, labeled, dark, mark_seen("pseudo_labeler", labeled))
    budget, order = list(range(5, 15)), [*range(5, 15), *range(5), *range(15, 40)]
    assert pool.provenance["real_image_ids"].tolist() == pool.provenance["seen_by_classifier"].tolist() == order
    assert pool.provenance["label_image_ids"].tolist() == pool.provenance["seen_by_pseudo_labeler"].tolist() == budget
    images, labels = pool.pools[0]
    np.testing.assert_array_equal(images, train["images"][order])
    np.testing.assert_array_equal(labels[:10], train["labels"][budget])
    assert set(labels[:10]) == {0, 1} and set(labels[10:]) == {0}
    np.testing.assert_array_equal(pool.provenance["hashes_by_classifier"], image_hashes(images))


def test_real_images_with_cross_fitted_labels_need_the_labels_of_the_budget_only() -> None:
    train, seen = real_images(40), mark_seen("pseudo_labeler", real_images(10))
    probabilities = np.tile(np.float32([0.7, 0.3]), (40, 1))
    probabilities[:3] = [0.2, 0.8]
    hard, soft = (
        pool(train, {"probabilities": probabilities, "image_ids": train["image_ids"], **seen})
        for pool in (real_pseudo_labeled, real_soft)
    )
    assert (hard.targets, soft.targets) == ("labels", "probabilities")
    assert hard.pools[0][1].tolist() == [1] * 3 + [0] * 37
    np.testing.assert_array_equal(soft.pools[0][1], probabilities)
    for pool in (hard, soft):
        np.testing.assert_array_equal(pool.pools[0][0], train["images"])
        assert pool.provenance["seen_by_classifier"].tolist() == train["image_ids"].tolist()
        assert pool.provenance["label_image_ids"].tolist() == list(range(10))
        assert (pool.provenance["label_source"], pool.provenance["n_synthetic"]) == ("pseudo-labeler", 0)


@pytest.mark.parametrize(("source", "labels"), [("condition", 40), ("pseudo-labeler", 12), ("manual", 12)])
def test_soft_labels_of_generated_images_need_the_labels_of_the_pseudo_labeler_and_of_the_model(
    source: str, labels: int
) -> None:
    ids = np.arange(40) if source == "condition" else np.arange(10)
    generated = labeled_synthetic(30) | {"label_source": np.array(source), "label_image_ids": ids}
    generated["is_manual"] = np.full(30, source == "manual")
    pool = synthetic_soft(generated, dark, mark_seen("pseudo_labeler", real_images(12)), amount=20)
    same = synthetic(generated, amount=20)
    np.testing.assert_array_equal(pool.pools[0][0], same.pools[0][0])
    assert pool.targets == "probabilities" and pool.pools[0][1].shape == (20, 2)
    assert (pool.pools[0][1].argmax(axis=1) == 0).all()  # whatever the labels of `synthetic`
    assert len(pool.provenance["label_image_ids"]) == labels
    assert pool.provenance["seen_by_pseudo_labeler"].tolist() == list(range(12))
    assert pool.provenance["seen_by_generative_model"].tolist() == list(range(40))
    assert (pool.provenance["n_synthetic"], pool.provenance["n_manual_labels"]) == (20, 0)
    assert pool.provenance["label_source"] == "pseudo-labeler"


def test_used_manual_labels_are_counted_and_need_no_label_of_a_real_image() -> None:
    generated = labeled_synthetic(30)
    generated |= {"is_manual": np.arange(30) < 20, "label_source": np.array("manual and pseudo-labeler")}
    some, all_manual = (synthetic(generated, amount).provenance for amount in (30, 16))
    assert (some["n_manual_labels"], some["label_source"]) == (20, "manual and pseudo-labeler")
    assert len(some["label_image_ids"]) == 10
    assert (all_manual["n_manual_labels"], all_manual["label_source"]) == (16, "manual")
    assert len(all_manual["label_image_ids"]) == 0
