"""Parquet files and data set folders of Hugging Face, written here as `datasets` writes them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet as pq

from standin.core.errors import InputError
from standin.core.images import png
from standin.data import hugging_face, parquet
from standin.data.writers import write_parquet
from standin.kedro_ext.incremental.files import file_state, same

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 9, 8, 3), dtype=np.uint8)
LABELS = np.array([1, 0, 2, 1, 0, 2])
NAMES = ["cat", "dog", "fox"]
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
FEATURES = {"image": {"_type": "Image"}, "label": {"_type": "ClassLabel", "names": NAMES}}


def table(rows: Any = slice(None), features: dict | None = FEATURES, **columns: Any) -> pa.Table:
    """A table with structs of bytes, other columns as given."""
    images = pa.array([{"bytes": png(image), "path": None} for image in IMAGES[rows]], IMAGE)
    metadata = {"huggingface": json.dumps({"info": {"features": features}})} if features else None
    return pa.table({"image": images, **(columns or {"label": LABELS[rows]})}).replace_schema_metadata(metadata)


def save_to_disk(folder: Path, content: pa.Table, n_files: int = 2) -> None:
    """As `datasets.Dataset.save_to_disk`."""
    folder.mkdir(parents=True)
    size = -(-len(content) // n_files)
    names = [f"data-{i:05}-of-{n_files:05}.arrow" for i in range(n_files)]
    for i, name in enumerate(names):
        with pa.OSFile(str(folder / name), "wb") as file, pa.ipc.new_stream(file, content.schema) as writer:
            writer.write_table(content.slice(i * size, size), max_chunksize=2)
    (folder / "state.json").write_text(json.dumps({"_data_files": [{"filename": name} for name in names]}))
    (folder / "dataset_info.json").write_text(json.dumps({"features": FEATURES}))


def test_a_parquet_file_that_standin_wrote_is_read(tmp_path: Path) -> None:
    write_parquet(tmp_path, IMAGES, LABELS, NAMES)
    source = parquet.load(tmp_path / "train.parquet")
    np.testing.assert_array_equal(source.splits["train"]["images"], IMAGES)
    assert source.splits["train"]["labels"].tolist() == LABELS.tolist()
    assert source.class_names == tuple(NAMES)
    assert source.files[5] == "train row 5"


def test_plain_bytes_with_text_as_labels(tmp_path: Path) -> None:
    words = pa.array([NAMES[label] for label in LABELS]).dictionary_encode()
    plain = pa.table({"picture": [png(image) for image in IMAGES], "class": words, "patient": list("aabbcc")})
    pq.write_table(plain, tmp_path / "x.parquet", row_group_size=4)
    source = parquet.load(tmp_path / "x.parquet", side=16, group="patient")
    assert source.splits["train"]["images"].shape == (6, 16, 16, 3)
    assert source.splits["train"]["labels"].tolist() == LABELS.tolist()
    assert source.class_names == tuple(NAMES)
    assert source.splits["train"]["groups"].tolist() == list("aabbcc")


def test_classes_without_images_are_left_out(tmp_path: Path) -> None:
    pq.write_table(table([1, 2]), tmp_path / "x.parquet")
    source = parquet.load(tmp_path / "x.parquet")
    assert source.class_names == ("cat", "fox")
    assert source.splits["train"]["labels"].tolist() == [0, 1]


def test_a_table_without_labels(tmp_path: Path) -> None:
    pq.write_table(table(features=None, prompt=list("abcdef")), tmp_path / "x.parquet")
    source = parquet.load(tmp_path / "x.parquet", labels="optional")
    assert "labels" not in source.splits["train"] and len(source.splits["train"]["images"]) == 6
    with pytest.raises(InputError, match="x.parquet: the train images have no labels"):
        parquet.load(tmp_path / "x.parquet")


WRONG: dict[str, tuple[pa.Table, dict, str]] = {
    "no image": (pa.table({"label": [1]}), {}, "a column must contain image files .* got label"),
    "two images": (
        table(features=None, label=LABELS, mask=[b""] * 6),
        {},
        "image must name one of the columns image and mask",
    ),
    "two labels": (table(features=None, label=LABELS, y=LABELS), {}, "label must name one of the columns label and y"),
    "misspelled image": (table(), {"image": "imgae"}, "no column of image files 'imgae'; did you mean image"),
    "misspelled label": (table(), {"label": "lable"}, "no column 'lable'; did you mean label"),
    "misspelled group": (table(), {"group": "lable"}, "no column 'lable'; did you mean label"),
    "real labels": (
        table(features=None, label=LABELS / 2),
        {},
        "column 'label' must contain integers or text, got dou",
    ),
    "labels out of range": (table(label=LABELS + 1), {}, "column 'label': labels must be 0 to 2, got 1 to 3"),
    "some labels": (table(label=[1, None, 2, -1, 0, 0]), {}, "2 of 6 train images have no label; all or none"),
    "no bytes": (
        pa.table({"image": pa.array([{"bytes": None, "path": "a.png"}], IMAGE), "label": [0]}),
        {},
        "the table must contain the bytes of every image, got none in row 0",
    ),
    "no picture": (
        pa.table({"image": [b"text"], "label": [0]}),
        {},
        "image train row 0 of Parquet file .* cannot be read: it is not a PNG, JPEG, WEBP, BMP, TIFF file",
    ),
}


@pytest.mark.parametrize(("content", "arguments", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_table_says_what_was_expected(tmp_path: Path, content: pa.Table, arguments: dict, message: str) -> None:
    pq.write_table(content, tmp_path / "x.parquet")
    with pytest.raises(InputError, match=message) as raised:
        parquet.load(tmp_path / "x.parquet", **arguments)
    assert "\n" not in str(raised.value) and "x.parquet" in str(raised.value)


def test_a_broken_parquet_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"PAR1 cut off")
    with pytest.raises(InputError, match="x.parquet cannot be read"):
        parquet.load(tmp_path / "x.parquet")
    with pytest.raises(InputError, match="Parquet file .*nowhere.parquet does not exist"):
        parquet.load(tmp_path / "nowhere.parquet")


def test_a_saved_data_set_is_read(tmp_path: Path) -> None:
    save_to_disk(tmp_path / "mine", table())
    (tmp_path / "mine" / "cache-1.arrow").write_bytes(b"not read")
    source = hugging_face.load(tmp_path / "mine")
    np.testing.assert_array_equal(source.splits["train"]["images"], IMAGES)
    assert source.splits["train"]["labels"].tolist() == LABELS.tolist()
    assert source.class_names == tuple(NAMES)


def test_splits_of_a_saved_data_set(tmp_path: Path) -> None:
    for split, rows in {"train": [0, 1, 2], "valid": [3], "test": [4, 5], "extra": [0]}.items():
        save_to_disk(tmp_path / split, table(rows), n_files=1)
    (tmp_path / "dataset_dict.json").write_text(json.dumps({"splits": ["train", "valid", "test", "extra"]}))
    source = hugging_face.load(tmp_path)
    assert {name: len(arrays["images"]) for name, arrays in source.splits.items()} == {
        "train": 3,
        "validation": 1,
        "test": 2,
    }
    assert source.splits["test"]["labels"].tolist() == [0, 2]
    assert source.notes == ("Left out: the splits extra.",)


def test_hidden_test_labels_leave_the_test_images_out(tmp_path: Path) -> None:
    for split, content in {"train": table([0, 1, 2]), "test": table([3, 4], label=[-1, -1])}.items():
        save_to_disk(tmp_path / split, content, n_files=1)
    (tmp_path / "dataset_dict.json").write_text(json.dumps({"splits": ["train", "test"]}))
    source = hugging_face.load(tmp_path)
    assert source.splits.keys() == {"train"}
    assert source.notes == ("The test images have no labels and were left out.",)


def test_shards_of_the_hub_take_names_of_classes_from_the_card(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for name, rows in {
        "train-00000-of-00002": [0, 1],
        "train-00001-of-00002": [2, 3],
        "test-00000-of-00001": [4, 5],
    }.items():
        pq.write_table(table(rows, features=None), tmp_path / "data" / f"{name}.parquet")
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "old.parquet").write_bytes(b"")
    (tmp_path / "README.md").write_text(
        "---\ndataset_info:\n  features:\n  - {name: image, dtype: image}\n  - name: label\n    dtype:\n"
        "      class_label:\n        names: {'0': cat, '1': dog, '2': fox}\n---\n# Animals\n"
    )
    source = hugging_face.load(tmp_path)
    assert source.class_names == tuple(NAMES)
    np.testing.assert_array_equal(source.splits["train"]["images"], IMAGES[:4])
    np.testing.assert_array_equal(source.splits["test"]["images"], IMAGES[4:])


def test_several_configurations_are_refused(tmp_path: Path) -> None:
    for name in ("large", "small"):
        (tmp_path / name).mkdir()
        pq.write_table(table(), tmp_path / name / "train.parquet")
    with pytest.raises(InputError, match=r"several configurations \(large, small\); give the folder of one of them"):
        hugging_face.load(tmp_path)


def test_a_changed_shard_makes_results_stale(tmp_path: Path) -> None:
    save_to_disk(tmp_path / "mine", table())
    before = file_state(tmp_path / "mine")
    (tmp_path / "mine" / "data-00001-of-00002.arrow").write_bytes(b"changed")
    assert not same(before, file_state(tmp_path / "mine"))
    with pytest.raises(InputError, match="data set folder .* cannot be read: .*data-00001-of-00002.arrow"):
        hugging_face.load(tmp_path / "mine")
