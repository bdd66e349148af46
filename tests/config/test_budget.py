"""Steps of training suit the number and the size of images from files."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from standin.config.budget import budget
from standin.config.defaults import complete, packaged


@pytest.fixture
def mine(tmp_path: Path) -> dict[str, Any]:
    """A data set of 2,000 color images of 16x16 pixels, 1,400 of them for training."""
    np.savez(tmp_path / "mine.npz", images=np.zeros((2000, 16, 16, 3), np.uint8), labels=np.zeros(2000, int))
    theirs = {"images": {"_target_": "images", "path": "theirs"}}
    return {"source": {"_target_": "npz", "path": "mine.npz"}, "generative_models": {"theirs": theirs}}


def steps(raw: dict[str, Any], folder: Path, role: str = "classifier") -> tuple[int, int]:
    entry = complete(raw, folder)["mine"].entry[role]
    return entry["steps"], entry["batch_size"]


def default(role: str) -> tuple[int, int]:
    return packaged()[role]["steps"], packaged()[role]["batch_size"]


def test_images_are_shown_a_dozen_times(mine: dict[str, Any], tmp_path: Path) -> None:
    taken, batch = steps({"mine": mine}, tmp_path)
    assert taken * batch / 1400 == pytest.approx(12, rel=0.1)
    assert steps({"mine": mine}, tmp_path, "oracle") == (taken // 2, batch)


def test_fewer_training_images_take_fewer_steps(mine: dict[str, Any], tmp_path: Path) -> None:
    assert steps({"mine": mine | {"n_real": 700}}, tmp_path)[0] < steps({"mine": mine}, tmp_path)[0]


@pytest.mark.parametrize("where", ["mine", "defaults"])
def test_what_the_configuration_sets_stays(mine: dict[str, Any], tmp_path: Path, where: str) -> None:
    raw: dict[str, Any] = {"mine": mine, "defaults": {}}
    raw[where] = raw[where] | {"classifier": {"steps": 50}}
    assert steps(raw, tmp_path) == (50, default("classifier")[1])
    assert steps(raw, tmp_path, "oracle") != default("oracle")


def test_unknown_numbers_leave_the_defaults(mine: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "mine.npz").unlink()
    assert steps({"mine": mine}, tmp_path) == default("classifier")


def test_data_sets_of_other_sources_keep_the_defaults(mine: dict[str, Any], tmp_path: Path) -> None:
    raw = {"mine": mine | {"source": {"_target_": "digits"}}}
    assert steps(raw, tmp_path) == default("classifier")


def test_large_images_have_a_limited_budget() -> None:
    shown = {side: np.prod([*budget(100_000, (side, side, 3)).classifier.values()]) for side in (32, 64, 96)}
    assert shown[32] > 0 and shown[32] / 100_000 < 1
    grids = {32: 32, 64: 32, 96: 32}  # with strides 1, 2 and 3
    assert len({round(shown[side] * grids[side] ** 2 / 1e6) for side in shown}) == 1
