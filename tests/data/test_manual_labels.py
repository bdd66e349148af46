"""Labels by hand: the table that goes out and the checks when it comes back."""

import base64
import json
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from standin.core.errors import InputError
from standin.data.label_studio import interface, tasks
from standin.data.manual_labels import check, experiment_of, form, sample_ids

IMAGES = np.random.default_rng(0).integers(0, 255, (4, 8, 8, 1), dtype=np.uint8)
NAMES = ["cat", "dog"]


def filled(tmp_path: Path, labels: list[str], **changes: list[str]) -> Path:
    table = form("mine.gan", IMAGES).assign(label=labels, **changes)
    table.to_csv(tmp_path / "labels.csv", index=False)
    return tmp_path / "labels.csv"


def test_an_id_changes_with_the_image_and_with_its_row() -> None:
    ids = sample_ids(IMAGES)
    assert len(set(ids)) == 4
    changed = IMAGES.copy()
    changed[2, 0, 0, 0] ^= 1
    assert [a == b for a, b in zip(ids, sample_ids(changed), strict=True)] == [True, True, False, True]
    assert sample_ids(np.stack([IMAGES[0]] * 2))[0] != sample_ids(np.stack([IMAGES[0]] * 2))[1]


def test_what_was_filled_in_comes_back_and_empty_rows_are_passed_over(tmp_path: Path) -> None:
    path = filled(tmp_path, ["cat", "", " dog ", "dog"])
    labels = check(path, sample_ids(IMAGES), NAMES)
    ids = sample_ids(IMAGES)
    assert labels.to_numpy().tolist() == [[ids[0], "cat"], [ids[2], "dog"], [ids[3], "dog"]]
    assert experiment_of(path) == "mine.gan"


def test_a_spreadsheets_semicolons_and_byte_order_mark_are_understood(tmp_path: Path) -> None:
    form("mine.gan", IMAGES).assign(label="dog").to_csv(
        tmp_path / "labels.csv", index=False, sep=";", encoding="utf-8-sig"
    )
    assert len(check(tmp_path / "labels.csv", sample_ids(IMAGES), NAMES)) == 4


@pytest.mark.parametrize(
    ("labels", "changes", "message"),
    [
        (["cat", "cta", "", ""], {}, "line 3: label must be one of cat, dog, or empty, got 'cta'"),
        (["cat"] * 4, {"sample_id": ["9-00"] * 4}, "line 2: no generated image '9-00'"),
        (["cat"] * 4, {"sample_id": [sample_ids(IMAGES)[0]] * 4}, "line 3: image .* is already in line 2"),
        (["", " ", "", ""], {}, "no label was filled in"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, labels: list, changes: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check(filled(tmp_path, labels, **changes), sample_ids(IMAGES), NAMES)


def test_class_names_that_differ_in_spaces_are_different_classes(tmp_path: Path) -> None:
    names, ids = [" a", "a", " b ", "NA"], sample_ids(IMAGES)
    labels = check(filled(tmp_path, [" a", "a", "b", "NA"]), ids, names)
    assert labels["label"].tolist() == [" a", "a", " b ", "NA"]
    with pytest.raises(InputError, match="line 2: label must be one of .*, or empty, got 'a '"):
        check(filled(tmp_path, ["a ", "", "", ""]), ids, names)


def test_a_line_with_more_values_than_columns_is_refused(tmp_path: Path) -> None:
    path = filled(tmp_path, ["cat", "dog", "", ""])
    path.write_text(path.read_text().replace("dog", "dog,cat"))
    with pytest.raises(InputError, match="line 3: there must be one value for each column, got more"):
        check(path, sample_ids(IMAGES), NAMES)


def test_empty_lines_are_counted(tmp_path: Path) -> None:
    path = filled(tmp_path, ["cat", "cta", "", ""])
    path.write_text(path.read_text().replace("\n", "\n\n", 1))
    with pytest.raises(InputError, match="line 4: label must be one of"):
        check(path, sample_ids(IMAGES), NAMES)


def test_another_table_is_refused(tmp_path: Path) -> None:
    pd.DataFrame({"a": [1]}).to_csv(tmp_path / "other.csv")
    with pytest.raises(InputError, match="must have the columns experiment, number, sample_id, label"):
        experiment_of(tmp_path / "other.csv")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(InputError, match="cannot be read as CSV"):
        experiment_of(tmp_path / "binary.csv")
    with pytest.raises(InputError, match="must name one experiment, got a.b, mine.gan"):
        experiment_of(filled(tmp_path, [""] * 4, experiment=["a.b", "mine.gan", "a.b", "a.b"]))


def test_numbers_of_a_spreadsheet_are_classes(tmp_path: Path) -> None:
    labels = check(filled(tmp_path, ["1.0", "0", "10.00", ""]), sample_ids(IMAGES), ["0", "1", "10"])
    assert labels["label"].tolist() == ["1", "0", "10"]


def test_all_faulty_lines_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        check(filled(tmp_path, ["cta", "dog", "god", ""]), sample_ids(IMAGES), NAMES)
    assert [line.partition(": ")[0].rpartition(", ")[2] for line in str(raised.value).splitlines()] == [
        "line 2",
        "line 4",
    ]


def test_label_studio_reads_tasks_and_its_export_is_read(tmp_path: Path) -> None:
    ids = sample_ids(IMAGES)
    sent = tasks("mine.gan", IMAGES, ids)
    with Image.open(BytesIO(base64.b64decode(sent[1]["data"]["image"].partition(",")[2]))) as image:
        np.testing.assert_array_equal(np.asarray(image), IMAGES[1, :, :, 0])
    chosen = [{"type": "choices", "from_name": "class", "value": {"choices": ["dog"]}}]
    annotations = [[{"result": chosen}], [], [{"result": chosen, "was_cancelled": True}], [{"result": []}]]
    exported = [task | {"annotations": given} for task, given in zip(sent, annotations, strict=True)]
    (tmp_path / "project.json").write_text(json.dumps(exported))
    assert experiment_of(tmp_path / "project.json") == "mine.gan"
    assert check(tmp_path / "project.json", ids, NAMES).to_numpy().tolist() == [[ids[0], "dog"]]
    assert [choice.get("value") for choice in ElementTree.fromstring(interface(["a & b", "c"])).iter("Choice")] == [
        "a & b",
        "c",
    ]


@pytest.mark.parametrize("content", ["", "{}", "[1]", '[{"data": {}}]', '{"a": 1}'])
def test_other_json_files_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "other.json").write_text(content)
    with pytest.raises(InputError, match=r"other.json (is no export of Label Studio|must have the columns|must name)"):
        experiment_of(tmp_path / "other.json")
