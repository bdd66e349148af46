"""Fewer real rows than there are."""

from typing import Any

import numpy as np
import pytest

from standin.core.errors import InputError
from standin.data.subset import on_withheld, subset

LABELS = np.repeat([0, 1, 2], [60, 30, 10])
TRAIN = {
    "images": np.arange(100, dtype=np.uint8)[:, None, None, None],
    "labels": LABELS,
    "image_ids": np.arange(100),
    "half": np.arange(100) % 2,
    "attributes": np.arange(100) % 2,
    "class_names": np.array(["a", "b", "c"]),
    "attribute_names": np.array(["red", "blue"]),
}


def withheld_subset(name: str, attribute: str | None = None, keep: float = 0.0) -> dict[str, Any]:
    return {"class": name, "attribute": attribute, "keep": keep}


def test_a_cut_keeps_the_shares_of_the_classes() -> None:
    rows = subset(TRAIN, 50, None, seed=0)
    assert np.bincount(rows["labels"]).tolist() == [30, 15, 5]
    np.testing.assert_array_equal(rows["images"].ravel(), rows["image_ids"])
    assert rows["class_names"].tolist() == ["a", "b", "c"]


def test_a_larger_cut_has_the_same_rows_and_more() -> None:
    small, large = (set(subset(TRAIN, n, None, seed=3)["image_ids"].tolist()) for n in (20, 60))
    assert small < large


@pytest.mark.parametrize("n", [5, 101])
def test_a_size_that_cannot_be_is_named(n: int) -> None:
    with pytest.raises(InputError, match=f"n_real must be between 6 .* and 100 .*, got {n}"):
        subset(TRAIN, n, None, seed=0)


def test_a_rare_class_that_would_lose_its_rows_is_named() -> None:
    with pytest.raises(InputError, match="two images of each class, got 10"):
        subset(TRAIN, 10, None, seed=0)


def test_a_size_that_leaves_half_b_no_rows_is_named() -> None:
    kept = np.isin(TRAIN["image_ids"], subset(TRAIN, 50, None, seed=0)["image_ids"])
    halves = TRAIN | {"half": np.where(kept, 0, 1)}
    with pytest.raises(InputError, match="n_real must leave images in both halves .* got 50, which leaves 50 and 0"):
        subset(halves, 50, None, seed=0)


def test_a_hole_takes_all_but_a_share_of_a_class() -> None:
    rows = subset(TRAIN, None, withheld_subset("b", keep=0.1), seed=0)
    assert np.bincount(rows["labels"]).tolist() == [60, 3, 10]
    assert rows["missing"].tolist() == [0, 27, 0]


def test_a_hole_leaves_two_rows_where_it_is_to_leave_any() -> None:
    assert [
        np.bincount(subset(TRAIN, None, withheld_subset("c", keep=keep), 0)["labels"], minlength=3)[2]
        for keep in (0.01, 0)
    ] == [
        2,
        0,
    ]


def test_a_hole_in_a_pair_leaves_the_class_its_other_rows() -> None:
    rows = subset(TRAIN, None, withheld_subset("b", "blue"), seed=0)
    assert rows["missing"].tolist() == [0, 15, 0]
    left = rows["labels"] == 1
    assert left.sum() == 15 and set(rows["attributes"][left]) == {0}
    assert on_withheld(TRAIN, withheld_subset("b", "blue")).sum() == 15


def test_a_hole_in_what_is_left_counts_what_is_missing_of_that() -> None:
    rows = subset(TRAIN, 50, withheld_subset("b"), seed=0)
    assert rows["missing"].tolist() == [0, 15, 0]


def test_a_hole_that_cannot_be_is_named() -> None:
    with pytest.raises(InputError, match="withheld_subset.class: there is no class 'd'; valid names: a, b, c"):
        subset(TRAIN, None, withheld_subset("d"), seed=0)
    with pytest.raises(
        InputError, match="withheld_subset.attribute: there is no attribute 'green'; valid names: red, blue"
    ):
        subset(TRAIN, None, withheld_subset("a", "green"), seed=0)
    plain = {name: values for name, values in TRAIN.items() if not name.startswith("attribute")}
    with pytest.raises(InputError, match="withheld_subset.attribute: there is no attribute 'red'; valid names: none"):
        subset(plain, None, withheld_subset("a", "red"), seed=0)
