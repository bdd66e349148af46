"""Subsets of the real training images."""

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


def test_a_subset_is_stratified_by_class() -> None:
    images = subset(TRAIN, 50, None, seed=0)
    assert np.bincount(images["labels"]).tolist() == [30, 15, 5]
    np.testing.assert_array_equal(images["images"].ravel(), images["image_ids"])
    assert images["class_names"].tolist() == ["a", "b", "c"]


def test_a_larger_subset_contains_the_smaller_one() -> None:
    small, large = (set(subset(TRAIN, n, None, seed=3)["image_ids"].tolist()) for n in (20, 60))
    assert small < large


@pytest.mark.parametrize("n", [5, 101])
def test_an_invalid_size_is_rejected(n: int) -> None:
    with pytest.raises(InputError, match=f"n_real must be between 6 .* and 100 .*, got {n}"):
        subset(TRAIN, n, None, seed=0)


def test_a_size_that_leaves_a_class_too_few_images_is_rejected() -> None:
    with pytest.raises(InputError, match="two images of each class, got 10"):
        subset(TRAIN, 10, None, seed=0)


def test_a_size_that_leaves_half_b_empty_is_rejected() -> None:
    kept = np.isin(TRAIN["image_ids"], subset(TRAIN, 50, None, seed=0)["image_ids"])
    halves = TRAIN | {"half": np.where(kept, 0, 1)}
    with pytest.raises(InputError, match="n_real must leave images in both halves .* got 50, which leaves 50 and 0"):
        subset(halves, 50, None, seed=0)


def test_a_withheld_class_keeps_a_fraction() -> None:
    images = subset(TRAIN, None, withheld_subset("b", keep=0.1), seed=0)
    assert np.bincount(images["labels"]).tolist() == [60, 3, 10]
    assert images["missing"].tolist() == [0, 27, 0]


def test_a_positive_fraction_keeps_at_least_two_images() -> None:
    assert [
        np.bincount(subset(TRAIN, None, withheld_subset("c", keep=keep), 0)["labels"], minlength=3)[2]
        for keep in (0.01, 0)
    ] == [
        2,
        0,
    ]


def test_a_withheld_attribute_keeps_the_other_images_of_its_class() -> None:
    images = subset(TRAIN, None, withheld_subset("b", "blue"), seed=0)
    assert images["missing"].tolist() == [0, 15, 0]
    left = images["labels"] == 1
    assert left.sum() == 15 and set(images["attributes"][left]) == {0}
    assert on_withheld(TRAIN, withheld_subset("b", "blue")).sum() == 15


def test_missing_images_are_counted_within_a_smaller_data_set() -> None:
    images = subset(TRAIN, 50, withheld_subset("b"), seed=0)
    assert images["missing"].tolist() == [0, 15, 0]


def test_an_unknown_withheld_subset_is_rejected() -> None:
    with pytest.raises(InputError, match="withheld_subset.class: there is no class 'd'; valid names: a, b, c"):
        subset(TRAIN, None, withheld_subset("d"), seed=0)
    with pytest.raises(
        InputError, match="withheld_subset.attribute: there is no attribute 'green'; valid names: red, blue"
    ):
        subset(TRAIN, None, withheld_subset("a", "green"), seed=0)
    plain = {name: values for name, values in TRAIN.items() if not name.startswith("attribute")}
    with pytest.raises(InputError, match="withheld_subset.attribute: there is no attribute 'red'; valid names: none"):
        subset(plain, None, withheld_subset("a", "red"), seed=0)
