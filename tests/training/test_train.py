"""`train`: history, snapshots, checkpoints, moving averages and rejected input."""

from pathlib import Path

import keras
import numpy as np
import pytest
from keras import ops

from standin.core.errors import InputError, TrainingError
from standin.training import Checkpoint, build_model, train
from standin.training.checkpoint import Progress
from tests.training.duel import Duel, images
from tests.training.interrupted import InterruptAfter, Interrupted


def noisy() -> Duel:
    """A model whose random state and momenta belong in a checkpoint."""
    return Duel(noise=0.5, momentum=0.9)


SETTINGS = {"epochs": 5, "batch_size": 8, "seed": 3, "snapshot_epochs": [1, 4, 9], "snapshot_images": 4}


def test_an_interrupted_training_run_resumes_exactly(tmp_path: Path) -> None:
    whole = train(noisy(), images(), **SETTINGS)
    with pytest.raises(Interrupted):
        train(noisy(), images(), **SETTINGS, checkpoint=InterruptAfter(tmp_path, 2))
    resumed = train(noisy(), images(), **SETTINGS, checkpoint=Checkpoint(tmp_path))
    assert resumed.resumed_at == 2
    assert resumed.history == whole.history
    assert resumed.snapshots.keys() == whole.snapshots.keys() == {1, 4, 5}
    for epoch in whole.snapshots:
        np.testing.assert_array_equal(resumed.snapshots[epoch], whole.snapshots[epoch])


class Balance(Duel):
    """Logs the brightness of the left half of its batches minus that of the right."""

    def left_loss(self, batch):
        loss, _ = super().left_loss(batch)
        return loss, {"gap": ops.mean(batch["images"][:, :, :4]) - ops.mean(batch["images"][:, :, 4:])}


def test_a_model_is_trained_on_augmented_images() -> None:
    one_sided = np.zeros((64, 8, 8, 1), np.uint8)
    one_sided[:, :, :4] = 255
    settings = {"epochs": 2, "batch_size": 32, "seed": 0}
    plain = train(Balance(), one_sided, **settings)
    mirrored = train(Balance(), one_sided, **settings, augmentation={"flips": ["horizontal"]})
    assert plain.history["gap"] == [2.0, 2.0]
    assert all(abs(gap) < 1 for gap in mirrored.history["gap"])


@pytest.mark.parametrize(
    "changed", [{"seed": 4}, {"batch_size": 4}, {"epochs": 1}, {"augmentation": {"flips": ["vertical"]}}]
)
def test_a_checkpoint_of_other_settings_is_ignored(
    tmp_path: Path, changed: dict, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Interrupted):
        train(noisy(), images(), **SETTINGS, checkpoint=InterruptAfter(tmp_path, 2))
    again = train(noisy(), images(), **(SETTINGS | changed), checkpoint=Checkpoint(tmp_path))
    assert again.resumed_at == 0
    assert "data, model, settings or code differ" in caplog.text


def test_an_interrupted_training_run_can_be_extended(tmp_path: Path) -> None:
    longer = SETTINGS | {"epochs": 7}
    whole = train(noisy(), images(), **longer)
    with pytest.raises(Interrupted):
        train(noisy(), images(), **SETTINGS, checkpoint=InterruptAfter(tmp_path, 2))
    resumed = train(noisy(), images(), **longer, checkpoint=Checkpoint(tmp_path))
    assert resumed.resumed_at == 2
    assert resumed.history == whole.history
    assert resumed.snapshots.keys() == whole.snapshots.keys()


def test_an_interrupted_training_run_can_be_shortened(tmp_path: Path) -> None:
    whole = train(noisy(), images(), **(SETTINGS | {"epochs": 3}))
    with pytest.raises(Interrupted):
        train(noisy(), images(), **SETTINGS, checkpoint=InterruptAfter(tmp_path, 3))
    resumed = train(noisy(), images(), **(SETTINGS | {"epochs": 3}), checkpoint=Checkpoint(tmp_path))
    assert resumed.resumed_at == 3
    assert resumed.snapshots.keys() == whole.snapshots.keys() == {1, 3}
    for epoch in whole.snapshots:
        np.testing.assert_array_equal(resumed.snapshots[epoch], whole.snapshots[epoch])


def test_a_checkpoint_of_other_images_or_another_model_is_ignored(tmp_path: Path) -> None:
    with pytest.raises(Interrupted):
        train(noisy(), images(), **SETTINGS, checkpoint=InterruptAfter(tmp_path, 2))
    assert train(noisy(), 255 - images(), **SETTINGS, checkpoint=InterruptAfter(tmp_path, 9)).resumed_at == 0
    with pytest.raises(Interrupted):
        train(noisy(), images(), **SETTINGS, checkpoint=InterruptAfter(tmp_path, 2))
    other = Duel(noise=0.5, momentum=0.8)
    assert train(other, images(), **SETTINGS, checkpoint=Checkpoint(tmp_path)).resumed_at == 0


def test_a_finished_training_run_is_kept_until_its_checkpoint_is_cleared(tmp_path: Path) -> None:
    """If a later step fails, for example on a full disk, no epoch is lost."""
    models = noisy(), noisy()
    first, again = (train(m, images(), **SETTINGS, checkpoint=Checkpoint(tmp_path), checkpoint_every=2) for m in models)
    assert again.resumed_at == SETTINGS["epochs"]
    assert again.history == first.history
    for a, b in zip(*(model.get_weights() for model in models), strict=True):
        np.testing.assert_array_equal(a, b)
    Checkpoint(tmp_path).clear()
    assert list(tmp_path.iterdir()) == []


def test_children_of_a_checkpoint_are_cleared_and_others_are_not(tmp_path: Path) -> None:
    parent, other = Checkpoint(tmp_path).child("train_mixed"), Checkpoint(tmp_path).child("train_mixed_x2")
    for checkpoint in (parent, parent.child("seed_0"), parent.child("seed_1"), other.child("seed_0")):
        checkpoint.save([], "", Progress())
    assert len(list(tmp_path.iterdir())) == 4
    parent.clear()
    assert len(list(tmp_path.iterdir())) == 3
    parent.clear_children()
    assert list(tmp_path.iterdir()) == [other.child("seed_0").path]


def test_the_trained_model_has_the_moving_average_of_its_weights() -> None:
    black = np.zeros((8, 8, 8, 1), np.uint8)
    plain, averaged = Duel(), Duel(moving_average=0.5)
    lefts = []
    for model in (plain, averaged):
        train(model, black, epochs=2, batch_size=8, seed=0)
        lefts.append(float(model.left))
    first = 0.1  # see test_players
    last = lefts[0]
    assert lefts[1] == pytest.approx(0.5 * first + 0.5 * last, abs=1e-6)


def test_snapshots_use_the_same_latents() -> None:
    snapshots = train(Duel(), images(), **SETTINGS).snapshots
    brightness = [snapshots[epoch].astype(float).mean() for epoch in sorted(snapshots)]
    contrast = [snapshots[epoch][0].astype(float) - snapshots[epoch][0].mean() for epoch in sorted(snapshots)]
    assert len(set(brightness)) == 3  # the model moved
    assert np.corrcoef(contrast[0].ravel(), contrast[-1].ravel())[0, 1] > 0.99  # the latents did not


def test_a_loss_that_is_not_finite_stops_training() -> None:
    model = Duel()
    model.left.assign(np.float32("inf"))
    with pytest.raises(TrainingError, match=r"became (inf|nan) in epoch 1"):
        train(model, images(), **SETTINGS)


def test_saving_and_loading_keeps_weights_and_moments(tmp_path: Path) -> None:
    model = Duel(momentum=0.9)
    train(model, images(), epochs=2, batch_size=8, seed=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    continued = [train(m, images(), epochs=2, batch_size=8, seed=1).history for m in (model, loaded)]
    assert continued[0] == continued[1]


def test_sampling_repeats_by_seed_and_in_chunks() -> None:
    model = Duel()
    first, again, other = (np.concatenate(list(model.sample(1100, seed))) for seed in (0, 0, 1))
    assert first.shape == (1100, 8, 8, 1)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_an_unconditional_model_rejects_labels() -> None:
    with pytest.raises(InputError, match="condition must not be given to Duel, which is not conditional"):
        list(Duel().sample(2, 0, np.array([0, 1])))


@pytest.mark.parametrize(
    ("target", "shape", "arguments", "message"),
    [
        (
            "standin.models.gan.GAN",
            (8, 8, 1),
            {"latent_dmi": 3},
            "has no argument 'latent_dmi'; did you mean latent_dim",
        ),
        ("standin.models.gan.GAN", (8, 8, 1), {"seed": 3}, "has no argument 'seed'"),
        ("standin.models.gan.GAN", (7, 8, 1), {}, "image_shape must be 8 to 96 pixels a side"),
        ("standin.models.gan.GAN", (8, 8, 2), {}, "1 or 3 channels, got"),
        ("standin.models.gan.GAM", (8, 8, 1), {}, "defines no class or function 'GAM'"),
        ("standin.models.gam.GAN", (8, 8, 1), {}, "there is no module 'standin.models.gam'"),
        ("standin.models.cnn.cnn", (8, 8, 1), {}, "must name a generative model"),
        ("os.system", (8, 8, 1), {}, "must be in one of the allowed packages"),
    ],
)
def test_build_model_rejects_invalid_arguments(target: str, shape: tuple, arguments: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        build_model(target, shape, 10, 0, arguments)
