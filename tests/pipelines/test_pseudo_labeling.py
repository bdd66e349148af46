"""The nodes of pseudo-labeling, on arrays small enough to verify by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from standin.core.errors import InputError, LeakError
from standin.core.leakage import mark_seen
from standin.data.manual_labels import sample_ids
from standin.data.split import take
from standin.models.cnn import cnn
from standin.pipelines.evaluation.nodes import evaluate
from standin.pipelines.pseudo_labeling import nodes as pseudo_labeling
from standin.pipelines.pseudo_labeling import pipeline as pseudo_labeling_stage
from standin.pipelines.pseudo_labeling.cross_fitting import cross_fit
from standin.training import Checkpoint, inference, supervised
from standin.training.supervised import Fitted
from tests.pipelines.images import CLASSIFIER, real

NO_MANUAL_LABELS = pd.DataFrame(columns=["sample_id", "label"], dtype=str)
SEEN = mark_seen("pseudo_labeler", real(10))
PSEUDO_LABELING = {"confidence_threshold": 0.0, "balance_classes": False, "candidates": 1.0}


class BrightnessLabeler:
    """Replaces a trained pseudo-labeler: the first pixel of an image gives the class, the second the confidence."""

    def __call__(self, images: np.ndarray, training: bool) -> np.ndarray:
        assert not training
        bright = images[:, 0, 0, 0] > 0
        sure = (images[:, 0, 1, 0] + 1) / 2
        logit = np.log(np.clip(sure, 0.5, 0.999) / (1 - np.clip(sure, 0.5, 0.999)))
        return np.stack([np.where(bright, 0, logit), np.where(bright, logit, 0)], axis=1).astype(np.float32)


def unlabeled(bright: list[int], sure: list[float]) -> dict[str, np.ndarray]:
    images = np.zeros((len(bright), 8, 8, 1), np.uint8)
    images[:, 0, 0, 0] = 255 * np.array(bright)
    images[:, 0, 1, 0] = np.rint(255 * np.array(sure))
    return {"images": images}


def test_the_pseudo_labeler_is_validated_on_held_out_images() -> None:
    labeled = real(40)
    config = CLASSIFIER | {"steps": 60, "recipe": {"augmentation": {"max_shift": 1}}}
    model, report, seen = pseudo_labeling.train_pseudo_labeler(labeled, config, seed=0)
    assert model(np.zeros((1, 8, 8, 1), np.float32)).shape == (1, 2)
    assert report["images_trained_on"] + report["images_validated_on"] == 40
    assert report["validation_accuracy"] == 1.0
    assert seen["seen_by_pseudo_labeler"].tolist() == list(range(40))  # those it was validated on too
    assert seen["optimizer_steps"] == 60


def test_real_images_are_labeled_by_networks_that_did_not_see_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each replaced network predicts with certainty the class of the images that it was trained on, which is 1."""
    train = real(40) | {"groups": np.arange(40) // 4}
    labeled = take(train, np.arange(8, 40))
    trained: list[set[bytes]] = []

    def fit(config: object, pools: list, n_classes: int, **_: object) -> Fitted:
        seen = {image.tobytes() for image in pools[0][0]}
        trained.append(seen)
        return Fitted(lambda images: np.array([image.tobytes() in seen for image in images]), {})

    monkeypatch.setattr(supervised, "fit", fit)
    monkeypatch.setattr(inference, "predict", lambda model, images: np.eye(2)[model(images).astype(int)])
    found = cross_fit(train, labeled, lambda images: np.ones(len(images)), SEEN, {}, seed=0)
    assert found["probabilities"].dtype == np.float32 and found["image_ids"].tolist() == list(range(40))
    classes = found["probabilities"].argmax(axis=1)
    assert classes[:8].tolist() == [1] * 8  # outside the budget: by the pseudo-labeler
    assert not classes[8:].any()  # in the budget: by networks trained on other images
    first, second = trained
    assert not first & second and first | second == {image.tobytes() for image in labeled["images"]}
    half = np.array([image.tobytes() in first for image in labeled["images"]])
    assert not set(labeled["groups"][half]) & set(labeled["groups"][~half])
    assert set(labeled["labels"][half]) == set(labeled["labels"][~half]) == {0, 1}
    assert found["seen_by_pseudo_labeler"].tolist() == SEEN["seen_by_pseudo_labeler"].tolist()


def test_cross_fitting_trains_by_the_pseudo_labelers_recipe_and_resumes(tmp_path: Path) -> None:
    train, config = real(40), CLASSIFIER | {"steps": 30}
    labeler, _, seen = pseudo_labeling.train_pseudo_labeler(train, config, seed=0)
    whole = cross_fit(train, train, labeler, seen, config, seed=0)
    np.testing.assert_array_equal(whole["probabilities"].argmax(axis=1), train["labels"])
    checkpoint = Checkpoint(tmp_path, "cross_fit")
    again = cross_fit(train, train, labeler, seen, config, seed=0, checkpoint=checkpoint)
    np.testing.assert_array_equal(again["probabilities"], whole["probabilities"])
    assert {path.name for path in tmp_path.iterdir()} == {"cross_fit.half_0.npz", "cross_fit.half_1.npz"}


@pytest.mark.parametrize(
    ("arms", "nodes"),
    [
        (["real"], set()),
        (["real", "pseudo_labeler"], {"pseudo_labeler_as_arm"}),
        (["real", "real_pseudo_labeled"], {"cross_fit"}),
        (["real", "real_soft"], {"cross_fit"}),
    ],
)
def test_cross_fitting_is_part_of_the_pipeline_if_an_arm_needs_it(arms: list[str], nodes: set[str]) -> None:
    pipeline = pseudo_labeling_stage.create_pipeline(arms)
    assert {node.name for node in pipeline.nodes} == {"train_pseudo_labeler"} | nodes


def test_the_pseudo_labeler_is_evaluated_like_an_arm() -> None:
    untrained = cnn((8, 8, 1), 2, widths=[4])
    seen = mark_seen("pseudo_labeler", real(40)) | {"optimizer_steps": np.array(60)}
    models, provenance = pseudo_labeling.as_arm(untrained, seen, seed=1000)
    classifiers = {name: (lambda m=model: m) for name, model in models.items()}
    about = {"arms": ("pseudo_labeler",), "dataset": "toy", "generative_model": None, "generator_seed": None}
    bootstrap = {"confidence": 0.95}
    validation = real(10, first_id=900)
    scores, _, _ = evaluate(real(20, first_id=500), validation, bootstrap, classifiers, provenance, **about)
    row = scores.iloc[0]
    assert (row["arm"], row["classifier_seed"], row["optimizer_steps"]) == ("pseudo_labeler", 1000, 60)
    assert (row["n_labels_spent"], row["n_real"], row["n_synthetic"], row["label_source"]) == (40, 40, 0, None)
    with pytest.raises(LeakError, match="classifier was trained on 20 test images"):
        evaluate(real(20), validation, bootstrap, classifiers, provenance, **about)


def test_the_pseudo_labeler_is_validated_on_unseen_groups() -> None:
    labeled = real(60) | {"groups": np.arange(60) // 2 % 12}
    fit, check = pseudo_labeling._held_back(labeled, 2, seed=0)
    assert sorted([*fit, *check]) == list(range(60))
    assert len(check) and not set(labeled["groups"][fit]) & set(labeled["groups"][check])
    few = {name: values[:4] for name, values in labeled.items() if name != "class_names"}
    fit, check = pseudo_labeling._held_back(few, 2, seed=0)
    assert len(fit) == len(check) == 2 and not set(few["groups"][fit]) & set(few["groups"][check])
    # If a class would have no training images, single images are held out.
    of_one_group = real(60) | {"groups": real(60)["labels"]}
    fit, check = pseudo_labeling._held_back(of_one_group, 2, seed=0)
    assert set(of_one_group["labels"][fit]) == {0, 1} and len(check) == 6


def test_samples_get_pseudo_labels() -> None:
    synthetic = unlabeled([0, 1, 1], [0.9, 0.9, 0.8])
    labeled_images, report = pseudo_labeling.label_synthetic(
        synthetic, BrightnessLabeler(), SEEN, real(), NO_MANUAL_LABELS, PSEUDO_LABELING, [3], [1.0]
    )
    assert labeled_images["labels"].tolist() == [0, 1, 1]
    assert labeled_images["confidence"] == pytest.approx([0.9, 0.9, 0.8], abs=0.01)
    assert labeled_images["label_image_ids"].tolist() == list(range(10))
    assert report["labels_spent"] == 10
    assert report["class_histogram"] == [1, 2]


def test_the_only_image_of_a_class_is_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    labeled_images = real(22)
    labels = np.append(np.zeros(21, int), 1)
    trained_on = []
    fitted = BrightnessLabeler(), {"step": [6]}
    monkeypatch.setattr(
        "standin.training.supervised.fit", lambda config, pools, *_, **__: trained_on.append(pools[0][1]) or fitted
    )
    _, report, _ = pseudo_labeling.train_pseudo_labeler(labeled_images | {"labels": labels}, CLASSIFIER, seed=0)
    assert 1 in trained_on[0]
    assert report["images_trained_on"] + report["images_validated_on"] == 22


def test_labels_below_the_threshold_are_left_out() -> None:
    synthetic = unlabeled([0, 1, 1, 0], [0.95, 0.6, 0.95, 0.6])
    labeled_images, report = pseudo_labeling.label_synthetic(
        synthetic,
        BrightnessLabeler(),
        SEEN,
        real(),
        NO_MANUAL_LABELS,
        PSEUDO_LABELING | {"confidence_threshold": 0.9},
        [4],
        [1.0],
    )
    assert labeled_images["labels"].tolist() == [0, 1]
    assert report["proportion_below_threshold"] == 0.5
    assert (report["images_labeled"], report["images_kept"]) == (4, 2)


def test_classes_are_balanced_by_leaving_images_out() -> None:
    synthetic = unlabeled([1, 1, 1, 1, 1, 0], [0.9] * 6)
    labeled_images, report = pseudo_labeling.label_synthetic(
        synthetic,
        BrightnessLabeler(),
        SEEN,
        real(),
        NO_MANUAL_LABELS,
        PSEUDO_LABELING | {"balance_classes": True},
        [4],
        [1.0],
    )
    assert labeled_images["labels"].tolist() == [0, 1, 1]
    assert report["class_histogram_kept"] == [1, 2]


def test_the_first_images_are_balanced_too() -> None:
    synthetic = unlabeled([1, 1, 1, 1, 0, 0, 0, 1], [0.9] * 8)
    labeled_images, _ = pseudo_labeling.label_synthetic(
        synthetic,
        BrightnessLabeler(),
        SEEN,
        real(),
        NO_MANUAL_LABELS,
        PSEUDO_LABELING | {"balance_classes": True},
        [8],
        [1.0],
    )
    assert labeled_images["labels"].tolist() == [0, 1, 0, 1, 0, 1, 1]
    np.testing.assert_array_equal(labeled_images["images"][1], synthetic["images"][0])


def test_no_more_images_are_kept_than_needed() -> None:
    labeled_images, _ = pseudo_labeling.label_synthetic(
        unlabeled([0, 1] * 5, [0.9] * 10),
        BrightnessLabeler(),
        SEEN,
        real(),
        NO_MANUAL_LABELS,
        PSEUDO_LABELING,
        [6],
        [1.0],
    )
    assert len(labeled_images["labels"]) == 6


def test_a_threshold_that_no_image_reaches_is_rejected() -> None:
    with pytest.raises(InputError, match="must keep at least one of 2 generated images, got 0.9"):
        pseudo_labeling.label_synthetic(
            unlabeled([0, 1], [0.6, 0.6]),
            BrightnessLabeler(),
            SEEN,
            real(),
            NO_MANUAL_LABELS,
            PSEUDO_LABELING | {"confidence_threshold": 0.9},
            [2],
            [1.0],
        )


def test_labels_of_a_conditional_model_are_kept_and_require_all_training_labels() -> None:
    synthetic = unlabeled([0, 1, 1], [0.9] * 3) | {"labels": np.array([1, 0, 1])}
    labeled_images, report = pseudo_labeling.label_synthetic(
        synthetic, BrightnessLabeler(), SEEN, real(40), NO_MANUAL_LABELS, PSEUDO_LABELING, [3], [1.0]
    )
    assert labeled_images["labels"].tolist() == [1, 0, 1]
    assert report["label_source"] == "condition"
    assert report["labels_spent"] == 40


def test_manual_labels_are_kept_and_counted() -> None:
    synthetic = unlabeled([0, 1, 1], [0.9, 0.9, 0.8])
    ids = sample_ids(synthetic["images"])
    manual = pd.DataFrame({"sample_id": [ids[1], "1-00000000"], "label": ["dark", "dark"]})
    labeled_images, report = pseudo_labeling.label_synthetic(
        synthetic, BrightnessLabeler(), SEEN, real(), manual, PSEUDO_LABELING, [3], [1.0]
    )
    assert labeled_images["labels"].tolist() == [0, 0, 1]
    assert labeled_images["confidence"][1] == 1.0
    assert (report["label_source"], report["manual_labels"], report["manual_labels_given"]) == (
        "manual and pseudo-labeler",
        1,
        2,
    )
    assert report["labels_spent"] == 10


def test_with_enough_manual_labels_the_pseudo_labeler_is_not_used() -> None:
    synthetic = unlabeled([0, 1, 1], [0.9, 0.9, 0.8])
    ids = sample_ids(synthetic["images"])
    manual = pd.DataFrame({"sample_id": [ids[2], ids[0]], "label": ["dark", "bright"]})
    labeled_images, report = pseudo_labeling.label_synthetic(
        synthetic, BrightnessLabeler(), SEEN, real(), manual, PSEUDO_LABELING, [2], [1.0]
    )
    assert labeled_images["labels"].tolist() == [1, 0]
    np.testing.assert_array_equal(labeled_images["images"], synthetic["images"][[0, 2]])
    assert (report["label_source"], report["labels_spent"]) == ("manual", 0)
