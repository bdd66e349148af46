"""Labels by hand: the table that goes out and the checks when it comes back."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from standin.core.errors import InputError
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
