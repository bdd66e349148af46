"""Equal images in a source, with the same or with another label."""

import logging

import numpy as np
import pytest

from standin.data.copies import drop_copies
from standin.data.source import Source, make_source
from tests.data.test_split import numbered


def overlapping() -> Source:
    """Twelve training images: image 10 equals image 0, and image 11 equals image 1 of another class. The test images
    equal training images 4 and 5, one with another class."""
    train = np.concatenate([numbered(10), numbered(2)])
    labels = np.array([0, 1] * 5 + [0, 0])
    return make_source({"train": (train, labels), "test": (numbered(2, start=4), np.array([0, 0]))}, "ab", "numbers")


def test_test_images_stay_and_training_images_that_equal_another_image_are_dropped() -> None:
    distinct, copies = drop_copies(overlapping())
    assert distinct.splits["train"]["image_ids"].tolist() == [0, 1, 2, 3, 6, 7, 8, 9]
    assert distinct.splits["test"]["image_ids"].tolist() == [12, 13]
    assert copies["dropped"] == {"train": 4, "test": 0}


def test_copies_with_another_label_are_counted_and_logged_with_an_example(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        _, copies = drop_copies(overlapping())
    example = "test image 1 (class 'a') equals train image 5 (class 'b')"
    assert (copies["with_other_label"], copies["example"]) == (2, example)
    assert f"2 images equal one with another label and are left out: {example}." in caplog.text
    assert "Images that equal another one are left out: 4 train, 0 test." in caplog.text


def test_an_example_names_files_if_there_are_any() -> None:
    _, copies = drop_copies(overlapping()._replace(files=tuple(f"{i}.png" for i in range(14))))
    assert copies["example"] == "13.png (class 'a') equals 5.png (class 'b')"


def test_without_copies_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    source = make_source({"train": (numbered(10), np.arange(10) % 2)}, None, "numbers")
    with caplog.at_level(logging.INFO):
        assert drop_copies(source)[1] == {
            "dropped": {"train": 0},
            "with_other_label": 0,
            "example": None,
            "formats": [],
            "notes": [],
        }
    assert not caplog.text
