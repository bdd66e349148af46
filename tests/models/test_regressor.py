"""Regressors read real numbers in their own units."""

from pathlib import Path

import keras
import numpy as np

from standin.metrics.conditions import asked_against_obtained
from standin.models.regressor import read_values, train_regressor_network


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
    assert all(reading.r2 > 0.9 for reading in asked_against_obtained(values[300:], read))
    model.save(tmp_path / "regressor.keras")
    loaded = keras.saving.load_model(tmp_path / "regressor.keras", compile=False, safe_mode=True)
    np.testing.assert_allclose(read_values(loaded, images[300:]), read, rtol=1e-5)
