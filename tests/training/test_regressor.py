"""Regressors read real numbers in their own units."""

from pathlib import Path

import keras
import numpy as np
import pytest

from standin.metrics import condition_readings
from standin.training import Checkpoint, points
from standin.training.regressor import read_values, train_regressor_network
from tests.training.interrupted import InterruptAfter, Interrupted


def test_a_regressor_reads_what_an_image_shows(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    values = np.stack([rng.uniform(1000, 3000, 400), rng.uniform(-0.01, 0.01, 400)], axis=1).astype(np.float32)
    images = np.zeros((400, 8, 8, 1), np.float32)
    images[:, :4] = ((values[:, 0] - 2000) / 1000)[:, None, None, None]
    images[:, 4:] = (values[:, 1] / 0.01)[:, None, None, None]
    model = train_regressor_network(
        "standin.models.cnn.cnn",
        images[:300],
        values[:300],
        steps=150,
        batch_size=32,
        learning_rate=0.005,
        seed=0,
        arguments={"widths": [4], "hidden": 16, "dropout": 0.0},
    )
    read = read_values(model, images[300:])
    assert all(reading.r2 > 0.9 for reading in condition_readings(values[300:], read, ["a", "b"]).values())
    model.save(tmp_path / "regressor.keras")
    loaded = keras.saving.load_model(tmp_path / "regressor.keras", compile=False, safe_mode=True)
    np.testing.assert_allclose(read_values(loaded, images[300:]), read, rtol=1e-5)


@pytest.mark.parametrize("after", [1, 3, 4])
def test_a_regressor_that_was_cut_off_goes_on_as_if_nothing_had_happened(
    after: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(points, "EVERY", -1.0)
    images = np.random.default_rng(0).integers(0, 256, (48, 8, 8, 1), dtype=np.uint8)
    values = images.mean(axis=(1, 2), dtype=np.float32)

    def trained(checkpoint: Checkpoint | None = None) -> keras.Model:
        settings = {"steps": 12, "log_points": 4, "batch_size": 16, "learning_rate": 0.005, "seed": 0}
        settings |= {"augmentation": {"max_shift": 1}, "arguments": {"widths": [4], "dropout": 0.5}}
        return train_regressor_network("standin.models.cnn.cnn", images, values, checkpoint=checkpoint, **settings)

    whole = trained()
    with pytest.raises(Interrupted):
        trained(InterruptAfter(tmp_path, after))
    with caplog.at_level("INFO"):
        resumed = trained(Checkpoint(tmp_path))
    assert f"Training goes on after point {after} of 4." in caplog.text
    for one, other in zip(resumed.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
