"""Classifiers and their training."""

from pathlib import Path

import keras
import numpy as np
import pytest

from standin.core.errors import InputError, TrainingError
from standin.models.cnn import cnn
from standin.models.plain_cnn import plain_cnn
from standin.models.resnet import resnet
from standin.training import Batches, Checkpoint, backend, fit, points, supervised
from standin.training.supervised import features_of, predict, train_by_epochs, train_classifier
from tests.training.interrupted import InterruptAfter, Interrupted
from tests.training.test_players import run_on_jax


def two_kinds(n: int = 64, side: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Images with a bright left half (0) or right half (1), over noise."""
    rng = np.random.default_rng(0)
    labels = np.arange(n) % 2
    images = rng.integers(0, 100, (n, side, side, 1))
    images[labels == 0, :, : side // 2] += 120
    images[labels == 1, :, side // 2 :] += 120
    return images.astype(np.uint8), labels


SETTINGS = {"steps": 40, "batch_size": 16, "learning_rate": 0.002, "log_points": 4}


@pytest.mark.parametrize("target", ["standin.models.cnn.cnn", "standin.models.resnet.resnet"])
def test_a_classifier_learns_what_is_easy(target: str) -> None:
    images, labels = two_kinds()
    trained = train_classifier(target, [(images, labels)], 2, seed=0, arguments={"widths": [8, 16]}, **SETTINGS)
    probabilities = predict(trained.model, images)
    assert probabilities.shape == (64, 2)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    assert (probabilities.argmax(axis=1) == labels).mean() > 0.95
    assert trained.curve["step"] == [10, 20, 30, 40]
    assert trained.curve["loss"][-1] < trained.curve["loss"][0]


def test_training_repeats_by_seed() -> None:
    images, labels = two_kinds()
    runs = [
        predict(
            train_classifier(
                "standin.models.cnn.cnn", [(images, labels)], 2, seed=seed, augmentation={"max_shift": 1}, **SETTINGS
            ).model,
            images,
        )
        for seed in (5, 5, 6)
    ]
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


def test_a_network_that_is_trained_again_starts_anew() -> None:
    """Weights, the optimizer's memory, the schedule and dropout's random states are those of a first training."""
    right, wrong = two_kinds(), (two_kinds()[0], 1 - two_kinds()[1])

    def trained(pools: list, seed: int) -> list[np.ndarray]:
        target, arguments = "standin.models.cnn.cnn", {"widths": [4], "dropout": 0.5}
        return train_classifier(target, pools, 2, seed=seed, arguments=arguments, **SETTINGS).model.get_weights()

    supervised._KEPT.clear()
    first = trained([right], 0)
    trained([wrong], 1)
    trained([wrong, right], 0)
    assert len(supervised._KEPT) == 2  # the schedule of two pools is another
    for one, other in zip(first, trained([right], 0), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("after", [3, 4, 5, 8])  # of 8 points; after 4 comes the second pool
def test_a_classifier_that_was_cut_off_goes_on_as_if_nothing_had_happened(
    after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Another was trained meanwhile, in the same compiled network."""
    monkeypatch.setattr(points, "EVERY", -1.0)
    pools = [(two_kinds()[0], 1 - two_kinds()[1]), two_kinds()]
    settings = SETTINGS | {"arguments": {"widths": [4], "dropout": 0.5}, "augmentation": {"max_shift": 1}}

    def trained(seed: int = 0, checkpoint: Checkpoint | None = None) -> supervised.TrainedClassifier:
        return train_classifier("standin.models.cnn.cnn", pools, 2, seed=seed, checkpoint=checkpoint, **settings)

    whole = trained()
    with pytest.raises(Interrupted):
        trained(checkpoint=InterruptAfter(tmp_path, after))
    trained(seed=1)
    with caplog.at_level("INFO"):
        resumed = trained(checkpoint=Checkpoint(tmp_path))
    assert f"Training goes on after point {after} of 8." in caplog.text
    assert resumed.curve == whole.curve
    for one, other in zip(resumed.model.get_weights(), whole.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_classifier_of_other_rows_or_settings_starts_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    images, labels = two_kinds()
    kept, settings = Checkpoint(tmp_path), SETTINGS | {"arguments": {"widths": [4]}}
    train_classifier("standin.models.cnn.cnn", [(images, labels)], 2, seed=0, checkpoint=kept, **settings)
    assert kept.path.exists()
    changes: list[tuple] = [(1 - labels, 0, {}), (labels, 1, {}), (labels, 1, {"augmentation": {"max_shift": 1}})]
    for called, seed, changed in changes:
        caplog.clear()
        pool = [(images, called)]
        train_classifier("standin.models.cnn.cnn", pool, 2, seed=seed, checkpoint=kept, **settings | changed)
        assert "is of a training on other images" in caplog.text


def test_a_state_that_is_no_number_is_not_kept(tmp_path: Path) -> None:
    settings = SETTINGS | {"learning_rate": 1e30}
    for _ in range(2):  # nor does a second run take it for a classifier
        with pytest.raises(TrainingError, match=r"loss became (inf|nan) within 10 steps: "):
            train_classifier(
                "standin.models.cnn.cnn", [two_kinds()], 2, seed=0, checkpoint=Checkpoint(tmp_path), **settings
            )
    assert not list(tmp_path.iterdir())


def test_no_more_compiled_networks_are_kept_than_a_few() -> None:
    for width in range(2, 4 + supervised.MOST_KEPT):
        train_classifier(
            "standin.models.cnn.cnn",
            [two_kinds(8)],
            2,
            seed=0,
            arguments={"widths": [width]},
            **SETTINGS | {"steps": 1},
        )
    assert len(supervised._KEPT) == supervised.MOST_KEPT


def test_the_number_of_steps_does_not_depend_on_the_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    def counted(network: keras.Model, batches: Batches, **arguments: int) -> dict[str, list[float]]:
        assert int(network.optimizer.iterations) == 0  # a fresh optimizer for each pool
        history = fit(network, batches, **arguments)
        done.append(int(network.optimizer.iterations))
        return history

    monkeypatch.setattr(supervised, "fit", counted)
    for pools in ([two_kinds(6)], [two_kinds(64)], [two_kinds(6), two_kinds(64)]):
        trained = train_classifier("standin.models.cnn.cnn", pools, 2, seed=0, **SETTINGS)
        assert trained.curve["step"][-1] == SETTINGS["steps"]
    assert done == [SETTINGS["steps"], SETTINGS["steps"], SETTINGS["steps"] // 2, SETTINGS["steps"] // 2]


@pytest.mark.parametrize("side", [8, 13, 28, 64])
@pytest.mark.parametrize("channels", [1, 3])
def test_classifiers_take_any_side(side: int, channels: int) -> None:
    images = np.zeros((2, side, side, channels), np.float32)
    assert cnn((side, side, channels), 4)(images).shape == (2, 4)
    assert resnet((side, side, channels), 4, widths=[4, 8])(images).shape == (2, 4)


def test_the_plain_classifier_is_the_studys() -> None:
    """4x4, 8x8 and 16x16 kernels of 16 channels, which leave 6x6 of 50x50 pixels; 128 and 64 units; two logits for one
    sigmoid."""
    model = plain_cnn((50, 50, 3), 2)
    convolutions = (4 * 4 * 3 + 1) * 16 + (8 * 8 * 16 + 1) * 16 + (16 * 16 * 16 + 1) * 16
    assert model.count_params() == convolutions + (6 * 6 * 16 + 1) * 128 + 129 * 64 + 65 * 2
    assert features_of(model, np.zeros((3, 50, 50, 3), np.uint8)).shape == (3, 64)
    with pytest.raises(InputError, match="kernels must be one for each of the 2 widths, got 3"):
        plain_cnn((50, 50, 3), 2, widths=[8, 8])
    with pytest.raises(InputError, match="8 pixels a side for 3 widths, got"):
        plain_cnn((7, 7, 3), 2)


def test_two_pools_share_the_steps_and_the_last_has_the_last_word() -> None:
    images, labels = two_kinds()
    settings = SETTINGS | {"steps": 80}
    wrong_then_right = [(images, 1 - labels), (images, labels)]
    trained = train_classifier("standin.models.cnn.cnn", wrong_then_right, 2, seed=0, **settings)
    assert trained.curve["step"] == [10, 20, 30, 40, 50, 60, 70, 80]
    assert (predict(trained.model, images).argmax(axis=1) == labels).mean() > 0.9


def test_no_step_is_lost_where_points_do_not_divide_the_steps() -> None:
    pool = two_kinds(16)
    settings = SETTINGS | {"steps": 18, "batch_size": 8}
    curve = train_classifier(
        "standin.models.cnn.cnn", [pool, pool], 2, seed=0, arguments={"widths": [4]}, **settings
    ).curve
    assert curve["step"] == [3, 6, 9, 12, 15, 18]


def test_a_classifier_by_epochs_is_what_it_was_then() -> None:
    settings = {"batch_size": 16, "learning_rate": 0.002, "seed": 0, "arguments": {"widths": [4]}}
    pool = two_kinds()
    both = train_by_epochs("standin.models.cnn.cnn", pool, 2, epochs=[3, 1, 3], **settings)
    alone = train_by_epochs("standin.models.cnn.cnn", pool, 2, epochs=[1], **settings)
    assert both.keys() == {1, 3}
    np.testing.assert_array_equal(predict(both[1], pool[0]), predict(alone[1], pool[0]))
    assert not np.array_equal(predict(both[1], pool[0]), predict(both[3], pool[0]))


@pytest.mark.parametrize("after", [1, 2, 3])  # of 3 points: one until epoch 1, two until epoch 3
def test_a_classifier_by_epochs_goes_on_where_it_was_cut_off(
    after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(points, "EVERY", -1.0)

    def trained(checkpoint: Checkpoint | None = None) -> dict[int, keras.Model]:
        settings = {"batch_size": 16, "learning_rate": 0.002, "seed": 0, "arguments": {"widths": [4], "dropout": 0.5}}
        return train_by_epochs(
            "standin.models.cnn.cnn", two_kinds(), 2, epochs=[1, 3], checkpoint=checkpoint, **settings
        )

    whole = trained()
    with pytest.raises(Interrupted):
        trained(InterruptAfter(tmp_path, after))
    with caplog.at_level("INFO"):
        resumed = trained(Checkpoint(tmp_path))
    assert f"Training goes on after point {after} of 3." in caplog.text
    for epochs in (1, 3):
        for one, other in zip(resumed[epochs].get_weights(), whole[epochs].get_weights(), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("model", [cnn((8, 8, 1), 4, hidden=6), resnet((8, 8, 1), 4, widths=[4, 6])])
def test_features_are_the_last_hidden_layer(model: keras.Model) -> None:
    images = two_kinds(10)[0]
    features = features_of(model, images)
    assert features.shape == (10, 6)
    kernel, bias = (keras.ops.convert_to_numpy(v) for v in model.layers[-1].trainable_variables)
    logits = features @ kernel + bias
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(probabilities, predict(model, images), rtol=1e-4)


def test_many_images_are_shown_to_a_compiled_network_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    model, images = resnet((8, 8, 1), 4, widths=[4, 6], standardize=True), two_kinds(25)[0]
    monkeypatch.setattr(supervised, "PREDICTION_BATCH", 10)  # and a last chunk of its own size
    expected = predict(model, images)
    compiled, asked = backend.active().compiled, []
    monkeypatch.setattr(backend.active(), "compiled", lambda network: asked.append(network) or compiled(network))
    monkeypatch.setattr(supervised, "WORTH_COMPILING", 25)
    np.testing.assert_allclose(predict(model, images), expected, rtol=1e-5)
    assert asked == [model]


ON_JAX = """
import sys
import numpy as np
from standin.training.supervised import train_classifier
from standin.training import Checkpoint, points
from tests.training.test_supervised import SETTINGS, two_kinds
from tests.training.interrupted import Interrupted, InterruptAfter

def trained(checkpoint=None):
    arguments = {"widths": [4], "dropout": 0.5}
    return train_classifier(
        "standin.models.cnn.cnn", [two_kinds()], 2, seed=0, arguments=arguments, checkpoint=checkpoint, **SETTINGS
    ).model.get_weights()

points.EVERY = -1.0
whole = trained()
try:
    trained(InterruptAfter(sys.argv[1], 2))
except Interrupted:
    resumed = trained(Checkpoint(sys.argv[1]))
print(all(np.array_equal(one, other) for one, other in zip(whole, resumed, strict=True)))
"""


def test_on_jax_too_a_classifier_goes_on_where_it_was_cut_off(tmp_path: Path) -> None:
    assert run_on_jax(["-c", ON_JAX, str(tmp_path)]).splitlines()[-1] == "True"
