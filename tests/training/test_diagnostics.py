"""Problems of a training run are reported once, in the epoch in which they begin; successful runs have none."""

import logging

import numpy as np
import pytest
from keras import ops

from standin.training import train
from standin.training.diagnostics import DISCRIMINATOR, SnapshotStats, diagnose, snapshot_stats
from tests.training.duel import Duel, images


def history(real: list[float], generated: list[float]) -> dict[str, list[float]]:
    return {"epoch": [*range(1, len(real) + 1)], DISCRIMINATOR[0]: real, DISCRIMINATOR[1]: generated}


@pytest.mark.parametrize(
    ("by_epoch", "last", "collapse"),
    [
        ({1: 0.18, 2: 0.39, 5: 0.77, 20: 0.92}, 20, None),  # latent_diffusion on MNIST
        ({1: 0.47, 2: 0.45, 5: 0.39, 20: 0.67, 400: 0.95}, 400, None),  # gan on digits
        ({5: 0.55, 50: 0.61}, 50, None),  # vae on MNIST
        ({1: 0.1, 2: 0.2}, 20, None),  # unfinished
        ({1: 0.1, 2: 0.2}, 2, (2, 0.2)),
        ({1: 0.9, 5: 0.44, 10: 0.1}, 20, (5, 0.44)),
        ({1: 0.9, 5: 0.0}, 20, (5, 0.0)),
        ({1: 1.4, 5: 0.55}, 20, None),  # a diversity above 1 is no reference
    ],
)
def test_mode_collapse_is_diagnosed(by_epoch: dict[int, float], last: int, collapse: tuple[int, float] | None) -> None:
    diagnoses = diagnose(
        {"epoch": [1]}, {epoch: SnapshotStats(diversity) for epoch, diversity in by_epoch.items()}, last
    )
    assert [(d.problem, d.epoch, d.value) for d in diagnoses] == ([("mode collapse", *collapse)] if collapse else [])


@pytest.mark.parametrize(
    ("real", "generated", "epoch"),
    [
        ([0.85, 0.8, 0.7, 0.7], [0.14, 0.2, 0.3, 0.3], None),
        ([1.0, 1.0, 0.9, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0, 0.0], None),
        ([0.7, 1.0, 0.995, 1.0, 1.0], [0.1, 0.0, 0.005, 0.0, 0.0], 4),
        ([1.0, 1.0, 1.0], [0.0, 0.0, 0.02], None),
    ],
)
def test_a_saturated_discriminator_is_diagnosed(real: list[float], generated: list[float], epoch: int | None) -> None:
    diagnoses = diagnose(history(real, generated), {}, 100)
    assert [(d.problem, d.epoch) for d in diagnoses] == ([("saturated discriminator", epoch)] if epoch else [])


def test_diversity_is_relative_to_real_images(rng: np.random.Generator) -> None:
    real = rng.integers(0, 256, (400, 8, 8, 1), dtype=np.uint8)
    same = np.repeat(real[:1], 50, axis=0)
    stats = snapshot_stats({1: real[:50], 2: same, 3: np.concatenate([same[:25], real[1:2].repeat(25, axis=0)])}, real)
    assert stats[1].diversity == pytest.approx(1.0, abs=0.02)
    assert stats[2].diversity == 0.0
    assert stats[3].diversity == pytest.approx(25 / 49, abs=0.05)  # 25 of 49 others differ
    assert snapshot_stats({}, real) == {}


def test_change_is_relative_to_the_distance_of_real_images(rng: np.random.Generator) -> None:
    real = rng.integers(0, 256, (400, 8, 8, 1), dtype=np.uint8)
    stats = snapshot_stats({5: real[50:100], 1: real[:50], 9: real[50:100]}, real)
    assert stats[1].change is None
    assert stats[5].change == pytest.approx(1.0, abs=0.03)
    assert stats[9].change == 0.0
    assert [(d.problem, d.epoch) for d in diagnose({"epoch": [1]}, stats, 9)] == [("dead generator", 9)]


def test_a_dead_generator_is_reported_while_training(caplog: pytest.LogCaptureFixture) -> None:
    """After its fifth step, the first of epoch 2, its gradient is zero."""

    class Dead(Duel):
        def left_loss(self, batch):
            loss, logs = super().left_loss(batch)
            return ops.where(self.left > 0.3, 0.0, 1.0) * loss, logs

        def generate(self, latent, labels=None):
            return ops.tanh(latent + self.left)

    with caplog.at_level(logging.WARNING, "standin"):
        train(Dead(), images(), epochs=5, batch_size=8, seed=3, snapshot_epochs=[1, 3], snapshot_images=16)
    (message,) = caplog.messages
    assert message == (
        "dead generator: epoch 5: samples from fixed noise have not changed since epoch 3 (by 0 of the distance "
        "between two real images): the generator is dead."
    )


def test_mode_collapse_is_reported_in_one_line_while_training(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "standin"):  # the diversity of its images is 0.1
        train(Duel(), images(), epochs=5, batch_size=8, seed=3, snapshot_epochs=[1, 4], snapshot_images=16)
    (message,) = caplog.messages
    assert message.startswith("mode collapse: epoch 5: diversity of generated images is 0.1")
