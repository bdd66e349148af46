"""Images as people have them become one kind of source."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image

from standin.api.inputs import to_source
from standin.api.real import real_source
from standin.core.errors import InputError

LABELS = np.array([0, 1, 0, 1])
IMAGES = np.arange(4 * 8 * 8, dtype=np.uint8).reshape(4, 8, 8, 1)


class TorchLike:
    """As a `torch.utils.data.Dataset` of torchvision: channels first, in [0, 1]."""

    classes = ("cat", "dog")

    def __len__(self) -> int:
        return len(IMAGES)

    def __getitem__(self, place: int) -> tuple[np.ndarray, int]:
        return np.moveaxis(IMAGES[place] / 255, -1, 0).astype(np.float32), int(LABELS[place])


class TensorFlowLike:
    """As a batched `tf.data.Dataset`."""

    def as_numpy_iterator(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        yield IMAGES[:3], LABELS[:3]
        yield IMAGES[3:], LABELS[3:]


class ClassLabel:
    names = ("cat", "dog")


class HuggingFaceLike:
    """As a `datasets.Dataset` with decoded images."""

    column_names = ("img", "label")
    features = {"img": type("Image", (), {})(), "label": ClassLabel()}  # noqa: RUF012

    def __getitem__(self, column: str) -> list[Any]:
        return [Image.fromarray(image[..., 0]) for image in IMAGES] if column == "img" else LABELS.tolist()


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ((IMAGES, LABELS), ("0", "1")),
        ([IMAGES, LABELS.tolist()], ("0", "1")),
        ((IMAGES[..., 0], np.array(["cat", "dog", "cat", "dog"])), ("cat", "dog")),
        ({"images": IMAGES, "labels": LABELS, "class_names": ["cat", "dog"]}, ("cat", "dog")),
        (TensorFlowLike(), ("0", "1")),
        (HuggingFaceLike(), ("cat", "dog")),
        ((IMAGES.astype(np.float64), LABELS.astype(np.float32)), ("0", "1")),
    ],
)
def test_every_kind_has_the_same_images_and_labels(data: Any, names: tuple[str, ...]) -> None:
    source = to_source(data, "real")
    np.testing.assert_array_equal(source.splits["train"]["images"], IMAGES)
    np.testing.assert_array_equal(source.splits["train"]["labels"], LABELS)
    assert source.class_names == names


def test_pixels_between_0_and_1_become_minus_1_to_1() -> None:
    source = to_source(TorchLike(), "real")
    np.testing.assert_allclose(source.splits["train"]["images"], IMAGES / 127.5 - 1, atol=1e-6)
    assert source.class_names == ("cat", "dog")
    assert source.notes == ("real: pixels from 0 to 1 were read as 0 (black) to 1 (white).",)


def test_generated_images_may_have_no_labels() -> None:
    assert "labels" not in to_source(IMAGES, "generated", labels="optional").splits["train"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (IMAGES, "real must have labels: give a pair (images, labels), got images only"),
        (3, "real must be a path (folder of images"),
        (["a.png", "b.png", "c.png"], "real must be a path (folder of images"),
        ({"pixels": IMAGES}, "real must have images; valid names: pixels"),
        ((IMAGES * 2.0, LABELS), "real: pixels must be within 0 to 255, 0 to 1 or -1 to 1, got 0 to 510"),
        ((np.full((4, 8, 8), np.nan), LABELS), "real: pixels must be finite"),
        (
            {"images": IMAGES, "labels": LABELS, "class_names": ["cat"]},
            "real: labels must be 0 to 0, the number of class names",
        ),
    ],
)
def test_other_arguments_are_refused_with_one_sentence(data: Any, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        to_source(data, "real")


def test_validation_images_are_test_images_since_a_generator_may_have_seen_all_others() -> None:
    images = np.random.default_rng(0).integers(0, 256, (90, 8, 8), np.uint8)
    labels = np.arange(90) % 3
    source = real_source((images[:60], labels[:60]), (images[60:], labels[60:]), None)
    counts = {name: np.bincount(arrays["labels"]).tolist() for name, arrays in source.splits.items()}
    assert counts == {"train": [20] * 3, "test": [8] * 3, "validation": [2] * 3}
    assert len(np.unique(np.concatenate([arrays["image_ids"] for arrays in source.splits.values()]))) == 90
    assert source.notes[-1].startswith("6 of the 30 test images are used for validation")


def test_test_images_that_cannot_be_divided_stay_together() -> None:
    images = np.random.default_rng(0).integers(0, 256, (64, 8, 8), np.uint8)
    source = real_source((images[:60], np.arange(60) % 2), (images[60:], np.array([0, 0, 0, 1])), None)
    assert source.splits.keys() == {"train", "test"}
