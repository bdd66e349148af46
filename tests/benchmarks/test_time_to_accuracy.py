"""Time to accuracy: samples are drawn at the moments asked for, and the first point that reaches a level counts."""

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from benchmarks.tables import write
from benchmarks.time_to_accuracy import Point, lots, plot, read, table, until

from standin.config.loader import data_sets

POINTS = [
    Point("mnist", "vae", 0, epoch, 10.0 * epoch, accuracy) for epoch, accuracy in ((1, 0.5), (2, 0.93), (5, 0.91))
]


@pytest.mark.parametrize(("level", "seconds"), [(0.5, 10.0), (0.9, 20.0), (0.95, None)])
def test_the_first_point_that_reaches_a_level_counts(level: float, seconds: float | None) -> None:
    assert until(POINTS, level) == seconds


def test_levels_that_are_not_reached_are_dashes() -> None:
    assert table(POINTS).splitlines()[-1].split() == ["vae", "20", "-", "-", "-"]


def test_points_are_read_back(tmp_path: Path) -> None:
    write(POINTS, tmp_path / "points.csv")
    assert read(tmp_path / "points.csv") == POINTS


def test_each_model_is_a_line_of_the_plot() -> None:
    axes = plot([*POINTS, POINTS[0]._replace(model="gan"), POINTS[0]._replace(data_set="cifar")]).axes
    assert [len(panel.get_legend().get_texts()) for panel in axes] == [2, 1]


@pytest.mark.parametrize(("longest", "epochs"), [(math.inf, [1, 3]), (0.0, [1])])
def test_samples_are_drawn_at_the_moments_and_when_training_ends(
    longest: float, epochs: list[int], project: Any
) -> None:
    rng = np.random.default_rng(0)
    rows = {
        "images": rng.integers(0, 256, (40, 8, 8, 1), dtype=np.uint8),
        "labels": np.arange(40) % 4,
        "image_ids": np.arange(40),
        "hashes": np.arange(40),
        "class_names": np.array(list("abcd")),
    }
    settings = data_sets()["digits"] | {"n_synthetic": [40]}
    vae = settings["generative_models"]["vae"]
    settings["generative_models"]["vae"] = vae | {"training": vae["training"] | {"epochs": 3, "batch_size": 20}}
    drawn = lots(SimpleNamespace(settings=settings, train=rows), "vae", [1, 7], longest, 0)
    assert [epoch for epoch, _, _ in drawn] == epochs
    assert sorted(seconds for _, seconds, _ in drawn) == [seconds for _, seconds, _ in drawn]
    assert [len(synthetic["images"]) for _, _, synthetic in drawn] == [40] * len(epochs)
    assert (drawn[0][2]["images"] != drawn[-1][2]["images"]).any() == (len(drawn) > 1)
