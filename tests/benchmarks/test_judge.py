"""Time and memory of `standin judge`: its images, and what it is compared with."""

from pathlib import Path

import numpy as np
import pytest
from benchmarks.judge import Row, distances_gb, kid, line, make_folders, read
from PIL import Image

from standin.core.leakage import image_hashes
from standin.metrics import kid as own_kid


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    images = rng.integers(50, 256, (30, 32, 32, 3), np.uint8)
    labels = np.arange(30)[:, None] % 10
    arrays = {"x_train": images[:10], "y_train": labels[:10], "x_test": images[10:], "y_test": labels[10:]}
    np.savez(tmp_path / "cifar10.npz", **arrays)
    make_folders(tmp_path, 20, tmp_path / "cifar10.npz")
    return tmp_path


def test_all_images_differ_though_there_are_fewer_originals(folder: Path) -> None:
    files = sorted(folder.glob("*/*/*.jpg"))
    images = np.stack([np.asarray(Image.open(file)) for file in files])
    assert images.shape == (40, 64, 64, 3)
    assert len(np.unique(image_hashes(images), axis=0)) == 40
    assert len(list(folder.glob("generated/*/*.jpg"))) == 20


def test_images_are_read_as_features(folder: Path) -> None:
    pixels = read(folder / "real")
    assert pixels.shape == (20, 64 * 64 * 3) and pixels.dtype == np.float32
    assert pixels.min() >= 0 and pixels.max() <= 1


def test_kid_is_that_of_standin_where_it_uses_all_images() -> None:
    rng = np.random.default_rng(0)
    real, generated = rng.standard_normal((60, 8)), rng.standard_normal((60, 8)) + 0.5
    assert kid(real, generated) == pytest.approx(own_kid(generated, real), rel=1e-6)


def test_the_table_is_aligned() -> None:
    rows = [Row(1000, "quick", 12.34, None, 0.5), Row(100_000, "peers", 1234.5, 9.0, 10.25)]
    assert len({len(line(row)) for row in rows}) == 1
    assert "1,000  quick" in line(rows[0]) and "12.3" in line(rows[0])


def test_memory_of_distances_grows_with_the_square() -> None:
    assert distances_gb(100_000) == pytest.approx(240)
    assert distances_gb(2000) == pytest.approx(4 * distances_gb(1000))
