"""`fit` and `train_by_epochs` learn, repeat by seed, and resume exactly."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from standin.core.errors import TrainingError
from standin.metrics import condition_readings
from standin.training import Batches, Checkpoint, batches, compiled, supervised
from standin.training.inference import outputs_of, predict
from standin.training.supervised import Fitted, fit, train_by_epochs
from tests.training.interrupted import InterruptAfter, Interrupted
from tests.training.test_players import run_on_jax

Pool = tuple[np.ndarray, np.ndarray]


def two_classes(n: int = 64, side: int = 8) -> Pool:
    """Images with a bright left half (0) or right half (1), and noise."""
    rng = np.random.default_rng(0)
    labels = np.arange(n) % 2
    images = rng.integers(0, 100, (n, side, side, 1))
    images[labels == 0, :, : side // 2] += 120
    images[labels == 1, :, side // 2 :] += 120
    return images.astype(np.uint8), labels


def mislabeled() -> Pool:
    images, labels = two_classes()
    return images, 1 - labels


def config(
    model: dict[str, Any] | None = None, recipe: dict[str, Any] | None = None, **settings: Any
) -> dict[str, Any]:
    """A classifier's entry in the configuration."""
    defaults = {"steps": 40, "batch_size": 16, "learning_rate": 0.002, "log_points": 4}
    model = {"_target_": "standin.models.cnn.cnn", "widths": [4], "dropout": 0.5, **(model or {})}
    return {"model": model, **defaults, **settings, "recipe": recipe or {}}


def assert_equal_weights(one: keras.Model, other: keras.Model) -> None:
    for left, right in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize("target", ["standin.models.cnn.cnn", "standin.models.resnet.resnet"])
def test_a_classifier_learns_an_easy_task(target: str) -> None:
    images, labels = two_classes()
    entry = config() | {"model": {"_target_": target, "widths": [8, 16]}}
    fitted = fit(entry, [(images, labels)], 2, seed=0)
    probabilities = predict(fitted.model, images)
    assert probabilities.shape == (64, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert (probabilities.argmax(axis=1) == labels).mean() > 0.95
    assert [*fitted.curve] == ["step", "loss", "accuracy"]
    assert fitted.curve["step"] == [10, 20, 30, 40]
    assert fitted.curve["loss"][-1] < fitted.curve["loss"][0]


def test_training_repeats_by_seed() -> None:
    images, labels = two_classes()
    entry = config(recipe={"augmentation": {"max_shift": 1}})
    runs = [predict(fit(entry, [(images, labels)], 2, seed=seed).model, images) for seed in (5, 5, 6)]
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


@pytest.mark.parametrize("schedule", ["cosine", "constant"])
def test_a_reused_compiled_network_trains_like_a_new_one(schedule: str) -> None:
    """Weights, moments, the learning rate, the schedule and the random states of dropout are reset."""
    entry = config(recipe={"schedule": schedule})
    compiled._kept.clear()
    first = fit(entry, [two_classes()], 2, seed=0).model
    fit(entry, [mislabeled()], 2, seed=1)
    fit(entry, [mislabeled(), two_classes()], 2, seed=0)
    assert len(compiled._kept) == 2  # the schedule of two pools differs
    assert_equal_weights(first, fit(entry, [two_classes()], 2, seed=0).model)


def test_a_compiled_network_is_reused_for_another_augmentation_or_number_of_pools() -> None:
    compiled._kept.clear()
    for recipe in ({}, {"augmentation": {"max_shift": 2}}, {"average_mirrored": True}):
        fit(config(recipe=recipe), [two_classes()], 2, seed=0)
    twice = config() | {"steps": 2 * config()["steps"], "log_points": 1}
    fit(twice, [two_classes(), two_classes()], 2, seed=0)
    assert len(compiled._kept) == 1


@pytest.mark.parametrize(
    ("recipe", "settings"),
    [
        ({"label_smoothing": 0.2}, {}),
        ({"weight_decay": 0.5}, {}),
        ({"schedule": "constant"}, {}),
        ({"optimizer": "sgd"}, {}),
        ({"weight_averaging": 0.9}, {}),
        ({"augmentation": {"max_shift": 2}}, {}),
        ({}, {"learning_rate": 0.01}),
    ],
)
def test_compiled_networks_are_not_reused_for_another_recipe(recipe: dict, settings: dict) -> None:
    compiled._kept.clear()
    plain = fit(config(), [two_classes()], 2, seed=0).model
    changed = fit(config(recipe=recipe, **settings), [two_classes()], 2, seed=0).model
    compiled._kept.clear()
    assert_equal_weights(changed, fit(config(recipe=recipe, **settings), [two_classes()], 2, seed=0).model)
    assert any(not np.array_equal(a, b) for a, b in zip(plain.get_weights(), changed.get_weights(), strict=True))


def test_few_compiled_networks_are_kept() -> None:
    for width in range(2, 4 + compiled.MOST_KEPT):
        fit(config({"widths": [width]}, steps=1), [two_classes(8)], 2, seed=0)
    assert len(compiled._kept) == compiled.MOST_KEPT


@pytest.mark.parametrize(
    ("after", "recipe", "precision"),  # of 8 intervals; the second pool follows 4
    [
        (3, {}, "float32"),
        (4, {}, "float32"),
        (8, {}, "float32"),
        (4, {"weight_averaging": 0.5, "schedule": "constant"}, "float32"),
        (8, {"weight_averaging": 0.5, "schedule": "constant"}, "float32"),
        (5, {}, "mixed_bfloat16"),
    ],
)
def test_an_interrupted_classifier_resumes_exactly(
    after: int,
    recipe: dict,
    precision: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Another classifier uses the same compiled network before it resumes."""
    monkeypatch.setattr(supervised, "CHECKPOINT_SECONDS", 0.0)
    entry = config(recipe={"augmentation": {"max_shift": 1}, **recipe}, precision=precision)

    def trained(seed: int = 0, checkpoint: Checkpoint | None = None) -> Fitted:
        return fit(entry, [mislabeled(), two_classes()], 2, seed=seed, checkpoint=checkpoint)

    whole = trained()
    with pytest.raises(Interrupted):
        trained(checkpoint=InterruptAfter(tmp_path, after))
    trained(seed=1)
    with caplog.at_level("INFO"):
        resumed = trained(checkpoint=Checkpoint(tmp_path))
    assert f"Resuming from log interval {after}/8." in caplog.text
    assert resumed.curve == whole.curve
    assert_equal_weights(resumed.model, whole.model)


def test_a_checkpoint_of_other_data_or_another_configuration_is_ignored(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    images, labels = two_classes()
    checkpoint, recipe = Checkpoint(tmp_path), {"augmentation": {"max_shift": 1}}
    fit(config(), [(images, labels)], 2, seed=0, checkpoint=checkpoint)
    assert checkpoint.path.exists()
    for changed, seed, entry in ((1 - labels, 0, config()), (labels, 1, config()), (labels, 1, config(recipe=recipe))):
        caplog.clear()
        fit(entry, [(images, changed)], 2, seed=seed, checkpoint=checkpoint)
        assert "data, model, settings or code differ. Starting from scratch." in caplog.text


def test_a_loss_that_is_not_finite_stops_training_and_is_not_saved(tmp_path: Path) -> None:
    for _ in range(2):  # the second run does not resume either
        with pytest.raises(TrainingError, match=r"loss became (inf|nan) in log interval 1: try a lower learning rate"):
            fit(config(learning_rate=1e30), [two_classes()], 2, seed=0, checkpoint=Checkpoint(tmp_path))
    assert not list(tmp_path.iterdir())


def test_the_number_of_steps_does_not_depend_on_the_number_of_images(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    def counted(network: keras.Model, stream: Batches, **arguments: Any) -> None:
        assert int(network.optimizer.iterations) == 0  # a new optimizer for each pool
        batches.fit_batches(network, stream, **arguments)
        done.append(int(network.optimizer.iterations))

    monkeypatch.setattr(supervised, "fit_batches", counted)
    for pools in ([two_classes(6)], [two_classes(64)], [two_classes(6), two_classes(64)]):
        assert fit(config(), pools, 2, seed=0).curve["step"][-1] == 40
    assert done == [40, 40, 20, 20]


def test_two_pools_share_the_steps_and_the_last_determines_the_labels() -> None:
    images, labels = two_classes()
    entry = config({"widths": [8], "dropout": 0.0}, steps=80)
    fitted = fit(entry, [mislabeled(), (images, labels)], 2, seed=0)
    assert fitted.curve["step"] == [10, 20, 30, 40, 50, 60, 70, 80]
    assert (predict(fitted.model, images).argmax(axis=1) == labels).mean() > 0.9


def test_all_steps_run_even_if_log_points_does_not_divide_them() -> None:
    pool = two_classes(16)
    assert fit(config(steps=18), [pool, pool], 2, seed=0).curve["step"] == [3, 6, 9, 12, 15, 18]


def test_a_classifier_by_epochs_does_not_depend_on_later_epochs() -> None:
    images, labels = two_classes()
    both = train_by_epochs(config(), (images, labels), 2, epochs=[3, 1, 3], seed=0)
    alone = train_by_epochs(config(), (images, labels), 2, epochs=[1], seed=0)
    assert both.keys() == {1, 3}
    np.testing.assert_array_equal(predict(both[1], images), predict(alone[1], images))
    assert not np.array_equal(predict(both[1], images), predict(both[3], images))


@pytest.mark.parametrize("after", [1, 2, 3])  # of 3 intervals: one until epoch 1, two until epoch 3
def test_an_interrupted_classifier_by_epochs_resumes_exactly(
    after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(supervised, "CHECKPOINT_SECONDS", 0.0)

    def trained(checkpoint: Checkpoint | None = None) -> dict[int, keras.Model]:
        return train_by_epochs(config(), two_classes(), 2, epochs=[1, 3], seed=0, checkpoint=checkpoint)

    whole = trained()
    with pytest.raises(Interrupted):
        trained(InterruptAfter(tmp_path, after))
    with caplog.at_level("INFO"):
        resumed = trained(Checkpoint(tmp_path))
    assert f"Resuming from log interval {after}/3." in caplog.text
    for epochs in (1, 3):
        assert_equal_weights(resumed[epochs], whole[epochs])


REGRESSION = {"loss": "mse"}


def test_a_regressor_predicts_values_in_their_original_units(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    values = np.stack([rng.uniform(1000, 3000, 400), rng.uniform(-0.01, 0.01, 400)], axis=1).astype(np.float32)
    images = np.zeros((400, 8, 8, 1), np.float32)
    images[:, :4] = ((values[:, 0] - 2000) / 1000)[:, None, None, None]
    images[:, 4:] = (values[:, 1] / 0.01)[:, None, None, None]
    entry = config({"hidden": 16, "dropout": 0.0}, REGRESSION, steps=150, batch_size=32, learning_rate=0.005)
    fitted = fit(entry, [(images[:300], values[:300])], 2, targets="values", seed=0)
    assert [*fitted.curve] == ["step", "loss"]
    predicted = outputs_of(fitted.model, images[300:])
    assert all(reading.r2 > 0.9 for reading in condition_readings(values[300:], predicted, ["a", "b"]).values())
    fitted.model.save(tmp_path / "regressor.keras")
    loaded = keras.saving.load_model(tmp_path / "regressor.keras", compile=False, safe_mode=True)
    np.testing.assert_allclose(outputs_of(loaded, images[300:]), predicted, rtol=1e-5)


def one_hot(labels: np.ndarray) -> np.ndarray:
    return np.eye(2, dtype=np.float32)[labels]


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_probabilities_of_0_and_1_train_like_labels(smoothing: float) -> None:
    entry = config({"dropout": 0.0}, {"label_smoothing": smoothing}, steps=4)
    images, labels = two_classes()
    hard = fit(entry, [(images, labels)], 2, seed=0)
    soft = fit(entry, [(images, one_hot(labels))], 2, targets="probabilities", seed=0)
    assert hard.curve["step"] == soft.curve["step"]
    np.testing.assert_allclose(hard.curve["loss"], soft.curve["loss"], rtol=1e-5)
    np.testing.assert_array_equal(hard.curve["accuracy"], soft.curve["accuracy"])
    for one, other in zip(hard.model.get_weights(), soft.model.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_a_classifier_learns_probabilities() -> None:
    images, labels = two_classes()
    probabilities = 0.1 + 0.6 * one_hot(labels) + np.float32([0.0, 0.2])
    entry = config({"dropout": 0.0}, steps=200, learning_rate=0.01)
    predicted = predict(fit(entry, [(images, probabilities)], 2, targets="probabilities", seed=0).model, images)
    np.testing.assert_allclose(predicted, probabilities, atol=0.06)


@pytest.mark.parametrize(
    ("targets", "given", "message"),
    [
        ("labels", np.zeros((64, 2), np.float32), r"labels must be of shape \(64,\), got float32 of shape \(64, 2\)"),
        ("labels", np.zeros(64), r"labels must be of shape \(64,\), got float64"),
        ("probabilities", np.zeros(64, int), r"probabilities must be of shape \(64, 2\), got int64 of shape \(64,\)"),
        ("probabilities", np.full((64, 2), 0.6), "probabilities must sum to 1 for each image"),
        ("values", np.zeros((64, 3)), r"values must be of shape \(64, 2\)"),
    ],
)
def test_targets_of_another_kind_are_rejected(targets: Any, given: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fit(config(), [(two_classes()[0], given)], 2, targets=targets, seed=0)


@pytest.mark.parametrize("after", [1, 4])
def test_an_interrupted_regressor_resumes_exactly(
    after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(supervised, "CHECKPOINT_SECONDS", 0.0)
    images = np.random.default_rng(0).integers(0, 256, (48, 8, 8, 1), dtype=np.uint8)
    values = images.mean(axis=(1, 2), dtype=np.float32)
    entry = config(recipe={**REGRESSION, "augmentation": {"max_shift": 1}}, steps=12)

    def trained(checkpoint: Checkpoint | None = None) -> keras.Model:
        return fit(entry, [(images, values)], 1, targets="values", seed=0, checkpoint=checkpoint).model

    whole = trained()
    with pytest.raises(Interrupted):
        trained(InterruptAfter(tmp_path, after))
    with caplog.at_level("INFO"):
        resumed = trained(Checkpoint(tmp_path))
    assert f"Resuming from log interval {after}/4." in caplog.text
    assert_equal_weights(resumed, whole)


ON_JAX = """
import sys
import numpy as np
from standin.training import Checkpoint, supervised
from tests.training.test_supervised import config, two_classes
from tests.training.interrupted import Interrupted, InterruptAfter

def trained(recipe, checkpoint=None):
    return supervised.fit(config(recipe=recipe), [two_classes()], 2, seed=0, checkpoint=checkpoint).model.get_weights()

supervised.CHECKPOINT_SECONDS = 0.0
for number, recipe in enumerate([{}, {"schedule": "constant", "weight_averaging": 0.9, "label_smoothing": 0.1}]):
    folder = f"{sys.argv[1]}/{number}"
    whole = trained(recipe)
    try:
        trained(recipe, InterruptAfter(folder, 2))
    except Interrupted:
        resumed = trained(recipe, Checkpoint(folder))
    print(all(np.array_equal(one, other) for one, other in zip(whole, resumed, strict=True)))
"""


def test_an_interrupted_classifier_resumes_exactly_on_jax(tmp_path: Path) -> None:
    assert run_on_jax(["-c", ON_JAX, str(tmp_path)]).splitlines()[-2:] == ["True", "True"]
