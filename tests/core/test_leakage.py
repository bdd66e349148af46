"""Data leakage, planted on purpose: no result may be computed from it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kedro.framework.project import pipelines
from kedro.framework.startup import bootstrap_project

from standin.core.errors import LeakError
from standin.core.leakage import assert_unseen, image_hashes, mark_seen
from standin.experiments.arms import ARMS
from standin.pipelines.classification import nodes as classification
from standin.pipelines.evaluation import nodes as evaluation
from standin.pipelines.generation import nodes as generation
from standin.pipelines.pseudo_labeling import nodes as pseudo_labeling
from standin.pipelines.references import images as references
from standin.pipelines.references import nodes
from standin.pipelines.sample_quality import nodes as sample_quality
from standin.settings import Session
from tests.pipelines.images import CLASSIFIER, labeled_synthetic, real

AUGMENTATION: dict[str, Any] = {"max_shift": 0, "flips": []}
TEST, VALIDATION = real(20, first_id=500), real(10, first_id=900)


def with_leak(
    images: dict[str, np.ndarray], leaked: dict[str, np.ndarray], new_id: int | None = None
) -> dict[str, Any]:
    """`images` and the first of `leaked`; with another id, if given, so that only its hash reveals it."""
    added = {name: np.concatenate([images[name], leaked[name][:1]]) for name in ("images", "labels", "image_ids")}
    if new_id is not None:
        added["image_ids"][-1] = new_id
    return images | added


def test_equal_images_have_equal_hashes() -> None:
    images = real(3)["images"]
    hashes = image_hashes(np.concatenate([images, images[1:2]]))
    assert (hashes[3] == hashes[1]).all()
    assert len({bytes(digest) for digest in hashes}) == 3


def test_unseen_images_pass() -> None:
    assert_unseen(TEST, "test", mark_seen("oracle", real(40)) | mark_seen("pseudo_labeler", real(10)))


def test_a_stage_that_does_not_state_what_it_saw_fails() -> None:
    with pytest.raises(LeakError, match="the generative model has no image ids"):
        assert_unseen(TEST, "test", mark_seen("oracle", real(40)), ["oracle", "generative_model"])


def test_every_stage_that_saw_an_image_is_named_with_the_ids() -> None:
    seen = mark_seen("oracle", with_leak(real(40), TEST)) | mark_seen("generative_model", TEST)
    expected = (
        r"^Data leakage: the oracle was trained on 1 test image \(ids \[500\]\), "
        r"and the generative model was trained on 20 test images \(ids \[500, 501, 502, 503, 504\]\)$"
    )
    with pytest.raises(LeakError, match=expected):
        assert_unseen(TEST, "test", seen)


OTHERS = real(20, first_id=2000)
REFERENCE_MODELS = [mark_seen(name, real(40)) for name in ("oracle", "feature_extractor")]


@pytest.mark.parametrize("stage", ["generative_model", "pseudo_labeler", "classifier"])
def test_a_leak_into_an_arm_fails_its_evaluation(stage: str) -> None:
    """The training nodes are given two images too many: a test image, and a validation image with another id."""
    train, synthetic = real(40), labeled_synthetic()
    leaking = with_leak(with_leak(train, TEST), VALIDATION, new_id=7777)
    if stage == "generative_model":
        synthetic |= _trained_generator(leaking)
    elif stage == "pseudo_labeler":
        _, _, seen = pseudo_labeling.train_pseudo_labeler(leaking, CLASSIFIER, seed=0)
        synthetic |= seen
    else:
        train = leaking
    classifiers, _, provenance = classification.train_arm(
        CLASSIFIER, [0], train, synthetic, pool={"_target_": ARMS["mixed"].pool}, amount=0.5
    )
    lazily = {seed: (lambda m=model: m) for seed, model in classifiers.items()}
    bootstrap = {"resamples": 100, "confidence": 0.95, "seed": 0}
    about = {"arms": ("mixed",), "dataset": "toy", "generative_model": "gan", "generator_seed": 0}
    for test, validation, name in ((TEST, OTHERS, "test"), (OTHERS, VALIDATION, "validation")):
        with pytest.raises(LeakError, match=f"{stage.replace('_', ' ')} was trained on 1 {name} image"):
            evaluation.evaluate(test, validation, bootstrap, lazily, provenance, **about)


def _trained_generator(train: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    training = {"epochs": 1, "batch_size": 8, "snapshot_epochs": [1], "snapshot_images": 1, "checkpoint_every": 1}
    model = {
        "_target_": "standin.models.class_gaussian.ClassGaussian",
        "training": training | {"augment": False, "precision": "float32", "devices": 1},
    }
    *_, seen = generation.train_generative_model(train, model, AUGMENTATION, None, seed=0)
    return seen


@pytest.mark.parametrize(
    ("model", "train"),
    [
        ("oracle", lambda images: nodes.train_oracle(images, VALIDATION, CLASSIFIER, seed=0)[2]),
        ("feature_extractor", lambda images: nodes.train_feature_extractor(images, CLASSIFIER, seed=0)[1]),
    ],
)
def test_a_reference_model_that_saw_a_held_out_image_scores_nothing(
    model: str, train: Callable[[Any], dict[str, np.ndarray]]
) -> None:
    leaking = with_leak(with_leak(real(40), TEST), VALIDATION, new_id=7777)
    leaking["half"] = np.repeat([1, 0], [20, 22])  # the leaked images are of half A, which trains the extractor
    seen = dict(zip(("oracle", "feature_extractor"), REFERENCE_MODELS, strict=True)) | {model: train(leaking)}
    for test, validation, name in ((TEST, OTHERS, "test"), (OTHERS, VALIDATION, "validation")):
        with pytest.raises(LeakError, match=f"{model.replace('_', ' ')} was trained on 1 {name} image"):
            _check(leaking, test, validation, seen["oracle"], seen["feature_extractor"])
        with pytest.raises(LeakError, match=f"{model.replace('_', ' ')} was trained on 1 {name} image"):
            if model == "oracle":
                references.predict_reference_images(None, seen[model], validation, test, {})
            else:
                references.extract_reference_features(None, seen[model], leaking, validation, test, {}, None, {})


def test_a_regressor_that_saw_an_image_scores_nothing() -> None:
    leaking = with_leak(with_leak(real(40), TEST), VALIDATION, new_id=7777)
    leaking["conditions"] = leaking["images"].mean(axis=(1, 2, 3))[:, None].astype(np.float32)
    _, seen = nodes.train_regressor(leaking, CLASSIFIER | {"recipe": {"loss": "mse"}}, seed=0)
    leaking["half"] = np.arange(42) % 2
    for test, validation, name in ((TEST, OTHERS, "test"), (OTHERS, VALIDATION, "validation")):
        with pytest.raises(LeakError, match=f"regressor was trained on 1 {name} image"):
            _check(leaking, test, validation, *REFERENCE_MODELS, regressor_seen=seen)
        with pytest.raises(LeakError, match=f"regressor was trained on 1 {name} image"):
            references.predict_reference_images(None, REFERENCE_MODELS[0], validation, test, {}, object(), seen)


def test_an_extractor_that_saw_half_b_scores_nothing() -> None:
    """Authenticity and C_T compare with half B as with images that the extractor has not seen."""
    train = real(40) | {"half": np.arange(40) % 2}
    seen = mark_seen("feature_extractor", train)
    with pytest.raises(LeakError, match="feature extractor was trained on 20 half-B training images"):
        _check(train, TEST, VALIDATION, REFERENCE_MODELS[0], seen)
    with pytest.raises(LeakError, match="feature extractor was trained on 20 half-B training images"):
        references.extract_reference_features(None, seen, train, VALIDATION, TEST, {}, None, {})


@pytest.mark.parametrize("stage", ["generative_model", "pseudo_labeler"])
def test_generated_images_of_a_leaking_model_are_not_scored(stage: str) -> None:
    train = real(40) | {"half": np.arange(40) % 2}
    synthetic = labeled_synthetic() | mark_seen(stage, with_leak(real(40), TEST))
    with pytest.raises(LeakError, match=f"{stage.replace('_', ' ')} was trained on 1 test image"):
        sample_quality.check_leakage(synthetic, train, VALIDATION, TEST, *REFERENCE_MODELS)


def test_nothing_is_scored_before_the_check(project: Path) -> None:
    """Every node of sample quality comes after it."""
    bootstrap_project(project)
    with Session.create(project, env="test") as session:
        session.load_context()
        for name, namespace in (("digits", "digits.gan"), ("galaxies", "galaxies.conditional_predictor_gan")):
            pipeline = pipelines[name]
            nodes_of = {
                node.name for node in pipeline.only_nodes_with_namespaces([f"{namespace}.sample_quality"]).nodes
            }
            after = {node.name for node in pipeline.from_nodes(f"{namespace}.sample_quality.check_leakage").nodes}
            assert len(nodes_of) == 10 and nodes_of <= after


def _check(
    train: Any, test: Any, validation: Any, oracle_seen: Any, feature_extractor_seen: Any, regressor_seen: Any = None
) -> None:
    sample_quality.check_leakage(
        labeled_synthetic(), train, validation, test, oracle_seen, feature_extractor_seen, regressor_seen
    )
