"""What is known of images in files before they are read."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from standin.data import survey as module
from standin.data.images import read_images
from standin.data.registry import FILE_LOADERS
from standin.data.split import split
from standin.data.survey import survey

LOADER = "standin.data.images.read_images"
PIXELS = np.random.default_rng(0).integers(0, 256, (200, 16, 20, 3), np.uint8)


def folder(path: Path, pixels: np.ndarray) -> None:
    for place, image in enumerate(pixels):
        file = path / "ab"[place % 2] / f"{place}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(file)


@pytest.fixture
def images(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The 200 images in one of the formats."""
    kind = request.param
    path = tmp_path / kind
    labels = np.arange(len(PIXELS)) % 2
    if kind == "folder":
        folder(path, PIXELS)
    elif kind == "folder with test":
        folder(path / "train", PIXELS[:150])
        folder(path / "test", PIXELS[150:])
    elif kind == "npz":
        np.savez(path := tmp_path / "x.npz", images=PIXELS, labels=labels)
    else:
        parquet(path := tmp_path / "x.parquet", labels)
    return path


def parquet(path: Path, labels: np.ndarray) -> None:
    import io

    import pyarrow as pa
    from pyarrow.parquet import write_table

    def encoded(image: np.ndarray) -> bytes:
        Image.fromarray(image).save(file := io.BytesIO(), "PNG")
        return file.getvalue()

    write_table(pa.table({"image": [encoded(image) for image in PIXELS], "label": labels}), path)


@pytest.mark.parametrize("images", ["folder", "folder with test", "npz", "parquet"], indirect=True)
def test_numbers_and_sizes_are_those_of_the_images_that_are_read(images: Path) -> None:
    found = survey({"_target_": LOADER, "path": str(images)})
    train = split(read_images(images), seed=0)["train"]["images"]
    assert found is not None and found.shape == train.shape[1:] == (16, 20, 3)
    assert found.n_train == pytest.approx(len(train), rel=0.15)  # a part of them is held out for memorization


@pytest.mark.parametrize("images", ["folder"], indirect=True)
def test_images_that_will_be_resized_count_as_such(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = survey({"_target_": LOADER, "path": str(images), "side": 32})
    assert found is not None and found.shape == (32, 32, 3)
    monkeypatch.setattr(module, "LARGEST_SIDE", 18)
    found = survey({"_target_": LOADER, "path": str(images)})
    assert found is not None and found.shape == (16, 18, 3)


@pytest.mark.parametrize("name", ["nothing", "broken.npz", "broken.parquet", "empty"])
def test_what_cannot_be_read_is_unknown(tmp_path: Path, name: str) -> None:
    if "." in name:
        (tmp_path / name).write_bytes(b"broken")
    (tmp_path / "empty").mkdir()
    assert survey({"_target_": LOADER, "path": str(tmp_path / name)}) is None


def test_every_loader_of_files_takes_a_path() -> None:
    from inspect import signature

    from standin.core.instantiate import resolve_target

    assert all("path" in signature(resolve_target(target)).parameters for target in FILE_LOADERS)


def test_shapes_are_read_without_the_arrays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from standin.io.npz import read_shapes

    arrays: dict[str, Any] = {"images": PIXELS, "labels": np.zeros(3)}
    np.savez_compressed(tmp_path / "x.npz", **arrays)
    monkeypatch.setattr(np.lib.format, "read_array", None)
    assert read_shapes(tmp_path / "x.npz") == {"images": PIXELS.shape, "labels": (3,)}
