"""The nodes of classification: one classifier per seed on an arm's pool, and the table by epochs."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from standin.experiments.arms import ARMS, Run
from standin.pipelines.classification import pipeline as classification
from standin.pipelines.classification.nodes import (
    choose_amount,
    train_arm,
    train_convergence,
    train_for_epochs,
    train_mixture,
)
from standin.pipelines.evaluation import pipeline as evaluation
from standin.pipelines.evaluation.nodes import evaluate_by_epoch, evaluate_convergence
from standin.training.checkpoint import Checkpoint
from standin.training.inference import predict
from standin.training.supervised import Fitted
from tests.pipelines.images import CLASSIFIER, labeled_synthetic, real

AMOUNTS = [4, 13, 40]
"""Generated images of three candidates with 40 real images."""
BOOTSTRAP = {"resamples": 100, "confidence": 0.95, "seed": 0}


def trained(
    arm: str, *inputs: Any, seeds: list[int], amount: float | None = None, classifier: dict[str, Any] = CLASSIFIER
) -> Any:
    return train_arm(classifier, seeds, *inputs, pool={"_target_": ARMS[arm].pool}, amount=amount)


def test_an_arm_has_a_classifier_and_a_curve_per_seed() -> None:
    models, curves, provenance = trained("real", real(40), seeds=[0, 1])
    assert models.keys() == {"seed_0", "seed_1"}
    assert curves.columns.tolist() == ["classifier_seed", "step", "loss", "accuracy"]
    assert curves["step"].tolist() == [2, 4, 6, 2, 4, 6]
    assert provenance["optimizer_steps"] == 6


def test_pools_in_sequence_share_the_steps() -> None:
    _, curves, provenance = trained("synthetic_then_real", real(40), labeled_synthetic(30), seeds=[0])
    assert curves["step"].tolist() == [1, 2, 3, 4, 5, 6]
    assert provenance["optimizer_steps"] == 6


def test_real_unaugmented_differs_from_real_by_augmentation_only() -> None:
    def weights(arm: str, augmentation: dict[str, Any] | None) -> np.ndarray:
        classifier = CLASSIFIER | {"recipe": {"augmentation": augmentation}}
        return trained(arm, real(40), seeds=[0], classifier=classifier)[0]["seed_0"].get_weights()[0]

    augmented, unaugmented = weights("real", {"max_shift": 2}), weights("real_unaugmented", {"max_shift": 2})
    assert not np.array_equal(augmented, unaugmented)
    np.testing.assert_array_equal(weights("real", None), unaugmented)


class Brightness:
    """A network that predicts "bright" for a fraction of the images, whatever they show."""

    def __init__(self, bright: float) -> None:
        self.bright = bright


@pytest.mark.parametrize(
    ("bright", "chosen"), [((0.5, 0.5, 0.5), 0), ((0.5, 1.0, 0.5), 1), ((0.0, 0.5, 1.0), 2), ((1.0, 1.0, 0.5), 0)]
)
def test_validation_images_choose_the_fraction_of_generated_images(
    monkeypatch: pytest.MonkeyPatch, bright: tuple[float, ...], chosen: int
) -> None:
    """The smallest of equally good ones; only the first seed is trained on all candidates."""
    fitted: list[tuple[int, int]] = []

    def fit(_: Any, pools: Any, __: int, *, seed: int, **___: Any) -> Fitted:
        fitted.append((n := len(pools[0][1]) - 40, seed))
        return Fitted(Brightness(bright[AMOUNTS.index(n)]), {"step": [6], "loss": [0.1], "accuracy": [1.0]})

    def predict(model: Brightness, images: np.ndarray) -> np.ndarray:
        is_bright = np.arange(len(images)) < model.bright * len(images)
        return np.stack([~is_bright, is_bright], axis=1).astype(float)

    monkeypatch.setattr("standin.training.supervised.fit", fit)
    monkeypatch.setattr("standin.training.inference.predict", predict)
    validation = real(20, first_id=500) | {"labels": np.ones(20, int)}
    candidates, pool = tuple(n / 40 for n in AMOUNTS), {"_target_": ARMS["mixed"].pool}
    models, curves, provenance, choice = train_mixture(
        CLASSIFIER, [3, 4], validation, real(40), labeled_synthetic(40), pool=pool, candidates=candidates
    )
    assert fitted == [(4, 3), (13, 3), (40, 3), (AMOUNTS[chosen], 4)]
    assert provenance["n_synthetic"] == AMOUNTS[chosen]
    assert models.keys() == {"seed_3", "seed_4"} and curves["classifier_seed"].tolist() == [3, 4]
    assert choice["chosen"].tolist() == [i == chosen for i in range(3)]
    assert choice["validation_accuracy"].tolist() == list(bright)
    assert choice["fraction"].tolist() == [4 / 44, 13 / 53, 0.5]


def test_the_chosen_amount_is_the_best_and_of_equal_ones_the_smallest() -> None:
    assert choose_amount({1.0: 0.9, 0.1: 0.8, 0.5: 0.9}) == 0.5


def test_candidates_of_a_training_have_checkpoints_of_their_own(tmp_path: Path) -> None:
    checkpoint, pool = Checkpoint(tmp_path).child("train_mixed"), {"_target_": ARMS["mixed"].pool}
    inputs = (real(20, first_id=500), real(40), labeled_synthetic(40))
    train_mixture(CLASSIFIER, [0], *inputs, pool=pool, candidates=(1.0, 0.1), checkpoint=checkpoint)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"checkpoint.train_mixed.candidate_{i}.seed_0.npz" for i in (0, 1)]


def test_equal_exposure_is_trained_for_more_steps() -> None:
    of_mixed = trained("mixed", real(40), labeled_synthetic(40), seeds=[0], amount=0.5)[2]
    provenance = trained("mixed_equal_exposure", real(40), labeled_synthetic(40), of_mixed, seeds=[0])[2]
    assert (of_mixed["optimizer_steps"], provenance["optimizer_steps"], provenance["n_synthetic"]) == (6, 9, 20)
    assert trained("real_longer", real(40), seeds=[0])[2]["optimizer_steps"] == 12


def test_the_convergence_check_trains_real_for_half_and_twice_the_steps() -> None:
    pool = {"_target_": ARMS["real"].pool}
    models = train_convergence(CLASSIFIER, [3, 4], real(40), pool=pool)
    assert models.keys() == {"steps_3", "steps_12"}
    twice, _, _ = trained("real", real(40), seeds=[3], classifier=CLASSIFIER | {"steps": 12})
    np.testing.assert_array_equal(models["steps_12"].get_weights()[0], twice["seed_3"].get_weights()[0])
    lazily = {name: (lambda m=model: m) for name, model in models.items()}
    usual = {"arm": ["self_training", "real", "real"], "classifier_seed": [3, 4, 3], "optimizer_steps": 6}
    scores = pd.DataFrame(usual | {"validation_accuracy": [0.1, 0.2, 0.7]})
    validation = real(20, first_id=500)
    table = evaluate_convergence(validation, lazily, scores, [3, 4])
    expected = (predict(models["steps_12"], validation["images"]).argmax(axis=1) == validation["labels"]).mean()
    assert table["steps"].tolist() == [3, 6, 12]
    assert table["accuracy"].tolist()[1:] == [0.7, expected]
    assert train_convergence(CLASSIFIER, [3], real(40), pool=pool, twice=False).keys() == {"steps_3"}
    longer = pd.DataFrame(
        [{"arm": "real_longer", "classifier_seed": 3, "optimizer_steps": 12, "validation_accuracy": 1}]
    )
    half = {"steps_3": lazily["steps_3"]}
    table = evaluate_convergence(validation, half, pd.concat([scores, longer]), [3, 4])
    assert table["accuracy"].tolist()[1:] == [0.7, 1.0]


def test_the_nodes_of_the_convergence_check_are_optional() -> None:
    def names(checked: bool) -> set[str]:
        whole = classification.create_pipeline(["real"], checked) + evaluation.create_pipeline(["real"], "toy", checked)
        return {node.name for node in whole.nodes}

    assert names(True) - names(False) == {"train_convergence", "evaluate_convergence"}
    (node,) = classification.create_pipeline([], convergence_check=True).nodes
    assert (node.inputs[-1], node.outputs, node.tags) == ("train", ["classifiers_convergence"], {"train", "gpu"})


@pytest.mark.parametrize("amount", [None, 0.5])
def test_nodes_follow_from_the_registry(amount: float | None) -> None:
    trained = [arm for arm in ARMS.values() if arm.pool]
    runs = [Run(arm.key, amount) for arm in trained] + [Run("mixed x2", 2.0)]
    nodes = {node.name: node for node in classification.create_experiment_pipeline(runs).nodes}
    assert nodes.keys() == {*(f"train_{arm.key}" for arm in trained), "train_mixed_x2"}
    for arm in trained:
        node = nodes[f"train_{arm.key}"]
        assert node.inputs == ["checkpoint", "params:classifier", "params:classifier_seeds", *arm.inputs]
        assert node.tags == {"train", "gpu"}
    (chosen,) = classification.create_experiment_pipeline([Run("mixed", candidates=(0.1, 1.0))]).nodes
    assert chosen.inputs[3:] == ["validation", *ARMS["mixed"].inputs] and chosen.outputs[3:] == ["mixture"]
    assert nodes["train_mixed_x2"].inputs == nodes["train_mixed"].inputs
    of_real = classification.create_pipeline(["labeled_subset", "pseudo_labeler"])
    assert [node.name for node in of_real.nodes] == ["train_labeled_subset"]  # the other is trained elsewhere


def test_the_table_by_epochs_rejects_a_test_image_among_its_real_images() -> None:
    table = {"n_images": 20, "epochs": [1], "batch_size": 8, "learning_rate": 0.01}
    generated = labeled_synthetic() | {"is_manual": np.arange(30) < 20}
    train = real(40)
    classifiers, provenance = train_for_epochs(train, generated, CLASSIFIER, table, seeds=[0])
    assert set(classifiers) == {"generated_1", "real_1"}
    assert len(provenance["real_image_ids"]) == 20 and provenance["n_synthetic"] == 20
    assert (provenance["n_manual_labels"], provenance["label_source"]) == (20, "manual")
    assert sorted(provenance["label_image_ids"]) == sorted(provenance["real_image_ids"])
    lazily = {name: (lambda m=model: m) for name, model in classifiers.items()}
    scores = evaluate_by_epoch(real(20, first_id=500), lazily, provenance, BOOTSTRAP)
    assert scores[["trained_on", "epochs"]].to_numpy().tolist() == [["generated", 1], ["real", 1]]
    assert scores["n_manual_labels"].tolist() == [20, 0]
    with pytest.raises(ValueError, match="classifier was trained on 20 test images"):
        evaluate_by_epoch(train, lazily, provenance, BOOTSTRAP)
