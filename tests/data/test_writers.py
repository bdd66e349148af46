"""What is written is read again as it was."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pyarrow import parquet

from standin.core.errors import InputError
from standin.data import image_folder, npz
from standin.data.writers import WRITERS

NAMES = ["a/b", "cat"]
LABELS = np.array([1, 0, 1, 1, 0])
IMAGES = np.random.default_rng(0).integers(0, 256, (5, 9, 8, 3), dtype=np.uint8)


def test_a_folder_is_read_again_by_standin(tmp_path: Path) -> None:
    WRITERS["image_folder"](tmp_path, IMAGES, LABELS, NAMES)
    (tmp_path / "README.md").write_text("a data card lies beside")
    found = image_folder.load(tmp_path)
    assert found.class_names == ("a-b", "cat")
    order = np.argsort(LABELS, kind="stable")
    np.testing.assert_array_equal(found.splits["train"]["images"], IMAGES[order])
    np.testing.assert_array_equal(found.splits["train"]["labels"], LABELS[order])


@pytest.mark.parametrize("images", [IMAGES, (IMAGES / 127.5 - 1).astype(np.float32)], ids=["8 bits", "real numbers"])
def test_an_npz_file_is_read_again_by_standin(tmp_path: Path, images: np.ndarray) -> None:
    WRITERS["npz"](tmp_path, images, LABELS, NAMES)
    found = npz.load(tmp_path / "images.npz")
    assert found.class_names == tuple(NAMES)
    np.testing.assert_array_equal(found.splits["train"]["images"], images)
    np.testing.assert_array_equal(found.splits["train"]["labels"], LABELS)


@pytest.mark.parametrize(("form", "load"), [("image_folder", image_folder.load), ("npz", npz.load)])
def test_a_class_without_images_is_left_out(tmp_path: Path, form: str, load: Callable) -> None:
    WRITERS[form](tmp_path, IMAGES, np.array([0, 2, 0, 2, 2]), ["a", "b", "c"])
    found = load(tmp_path if form == "image_folder" else tmp_path / "images.npz")
    assert found.class_names == ("a", "c")
    assert sorted(found.splits["train"]["labels"]) == [0, 0, 1, 1, 1]


def test_a_picture_of_real_numbers_is_the_same_but_for_rounding(tmp_path: Path) -> None:
    WRITERS["image_folder"](tmp_path, (IMAGES / 127.5 - 1).astype(np.float32), np.zeros(5, int), ["x", "y"])
    WRITERS["image_folder"](tmp_path, IMAGES, np.ones(5, int), ["x", "y"])
    read = image_folder.load(tmp_path).splits["train"]["images"]
    np.testing.assert_array_equal(read[:5], read[5:])


def test_classes_may_be_called_like_splits_but_not_alike(tmp_path: Path) -> None:
    WRITERS["image_folder"](tmp_path, IMAGES, LABELS, ["test", "train"])
    found = image_folder.load(tmp_path)
    assert found.class_names == ("test", "train") and found.splits.keys() == {"train"}
    for names in (["a/b", "a-b"], ["a", ".."]):
        with pytest.raises(InputError, match="classes must have different folders"):
            WRITERS["image_folder"](tmp_path / "more", IMAGES, LABELS, names)
    assert not (tmp_path / "more").exists()


def test_a_parquet_file_holds_pictures_and_what_hugging_face_wants_to_know(tmp_path: Path) -> None:
    WRITERS["parquet"](tmp_path, IMAGES, LABELS, NAMES)
    table = parquet.read_table(tmp_path / "train.parquet")
    features = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
    assert features == {"image": {"_type": "Image"}, "label": {"_type": "ClassLabel", "names": NAMES}}
    assert table["label"].to_pylist() == LABELS.tolist()
    read = [np.asarray(Image.open(io.BytesIO(picture["bytes"]))) for picture in table["image"].to_pylist()]
    np.testing.assert_array_equal(np.stack(read), IMAGES)


@pytest.mark.parametrize("form", ["image_folder", "parquet"])
def test_hugging_face_reads_it(tmp_path: Path, form: str) -> None:
    datasets = pytest.importorskip("datasets", reason="no datasets of Hugging Face here")
    out = tmp_path / "out"
    out.mkdir()
    WRITERS[form](out, IMAGES, LABELS, NAMES)
    (out / "README.md").write_text("---\ntags:\n- synthetic\n---\n\na data card lies beside\n")
    kind, where = (
        ("imagefolder", {"data_dir": str(out)})
        if form == "image_folder"
        else ("parquet", {"data_files": str(out / "train.parquet")})
    )
    found = datasets.load_dataset(kind, split="train", cache_dir=str(tmp_path / "cache"), **where)
    names = ["a-b", "cat"] if form == "image_folder" else NAMES
    assert found.features["label"].names == names
    read = {(np.asarray(row["image"]).tobytes(), row["label"]) for row in found}
    assert read == {(image.tobytes(), label) for image, label in zip(IMAGES, LABELS.tolist(), strict=True)}
