"""Formats are recognized from the path."""

import json
from pathlib import Path

import numpy as np
import pytest

from standin.core.errors import InputError
from standin.core.paths import file_arguments
from standin.data.images import read_images
from standin.data.registry import SOURCES
from standin.data.writers import WRITERS
from tests.data import test_tables

IMAGES = np.random.default_rng(0).integers(0, 256, (4, 9, 8, 3), dtype=np.uint8)
LABELS = np.array([0, 0, 1, 1])


@pytest.mark.parametrize(
    ("form", "place"), [("image_folder", ""), ("npz", "images.npz"), ("parquet", "train.parquet"), ("parquet", "")]
)
def test_what_standin_writes_is_recognized(tmp_path: Path, form: str, place: str) -> None:
    WRITERS[form](tmp_path, IMAGES, LABELS, ["a", "b"])
    source = read_images(tmp_path / place)
    np.testing.assert_array_equal(source.splits["train"]["images"], IMAGES)
    assert source.class_names == ("a", "b")
    assert read_images(tmp_path / place, side=16).splits["train"]["images"].shape == (4, 16, 16, 3)


def test_a_saved_data_set_is_recognized(tmp_path: Path) -> None:
    test_tables.save_to_disk(tmp_path / "mine", test_tables.table())
    assert read_images(tmp_path / "mine").class_names == ("cat", "dog", "fox")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("reel", "reel does not exist; did you mean real?"),
        ("photo.jpg", "must be a folder of images, an npz or a Parquet file, got the image .*photo.jpg"),
        ("data.npy", "got .*data.npy; did you mean .npz?"),
        ("labels.csv", "got .*labels.csv; valid names: .npz, .parquet"),
        ("real", "image folder .*real contains no <class>"),
    ],
)
def test_anything_else_gets_one_sentence(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "real").mkdir()
    for file in ("photo.jpg", "data.npy", "labels.csv"):
        (tmp_path / file).write_text(json.dumps("text"))
    with pytest.raises(InputError, match=message) as raised:
        read_images(tmp_path / name)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["hugging_face", "image_folder", "images", "npz", "parquet"])
def test_paths_are_tracked_files(tmp_path: Path, name: str) -> None:
    entry = {"theirs": {"images": {"_target_": SOURCES.target(name), "path": "data/theirs"}}}
    assert file_arguments(entry, tmp_path) == ["data/theirs"]
