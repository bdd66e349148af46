"""Generated images get the form and the classes of real ones."""

import numpy as np
import pytest

from standin.core.errors import InputError
from standin.data.generated import align_classes, convert_images, like_real
from standin.data.source import make_source


def test_classes_match_by_name_in_any_order() -> None:
    alignment = align_classes(["cat", "dog", "fox"], ["fox", "cat", "dog"])
    assert alignment.indices.tolist() == [2, 0, 1]
    assert alignment.notes == ()


def test_another_spelling_is_noted_unless_it_is_ambiguous() -> None:
    alignment = align_classes(["polar_bear", "dog"], ["Polar bear", "dog"])
    assert alignment.indices.tolist() == [0, 1]
    assert alignment.notes == ("Class 'Polar bear' of generated images is taken for the real class 'polar_bear'.",)
    with pytest.raises(InputError, match="class 'A' is not a class of the real images"):
        align_classes(["a", "a "], ["A"])


def test_missing_classes_are_noted() -> None:
    assert align_classes(["cat", "dog", "fox"], ["dog"]).notes == (
        "2 of 3 classes without generated images: classes 'cat', 'fox'.",
    )


@pytest.mark.parametrize(
    ("generated", "message"),
    [
        (["cat", "dgo"], "generated images: class 'dgo' is not a class of the real images; did you mean dog"),
        (["0", "1"], "class '0' is not .*; generated images with numbers as labels need class_names; valid names: cat"),
        (["cat", "Cat"], "two classes are the real class 'cat'"),
    ],
)
def test_unknown_and_repeated_classes_are_refused(generated: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        align_classes(["cat", "dog"], generated)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("real_channels", [1, 3])
@pytest.mark.parametrize("kind", [np.uint8, np.float32])
@pytest.mark.parametrize("real_kind", [np.uint8, np.float32])
def test_images_take_the_shape_and_type_of_real_ones(
    channels: int, real_channels: int, kind: type, real_kind: type
) -> None:
    images = np.full((2, 16, 16, channels), 51 if kind is np.uint8 else -0.6, kind)
    converted, notes = convert_images(images, (8, 10, real_channels), np.dtype(real_kind))
    assert converted.shape == (2, 8, 10, real_channels) and converted.dtype == real_kind
    np.testing.assert_allclose(converted, 51 if real_kind is np.uint8 else -0.6, atol=1e-6)
    assert len(notes) == 1 + (channels != real_channels)


def test_all_splits_of_a_generated_set_are_used_once() -> None:
    images = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.ones((1, 8, 8, 1), np.uint8)
    splits = {"train": (images[:3], np.array([0, 1, 1])), "test": (images[3:], np.array([0, 1]))}
    real = {"images": images, "class_names": np.array(["a", "b", "c"])}
    arrays, notes = like_real(make_source(splits, ["b", "a"], "generated"), real)
    np.testing.assert_array_equal(arrays["images"], images)
    assert arrays["labels"].tolist() == [1, 0, 0, 1, 0]
    assert notes == ("1 of 3 classes without generated images: class 'c'.",)


def test_unlabeled_images_have_no_labels() -> None:
    images = np.zeros((3, 8, 8, 1), np.uint8)
    source = make_source({"train": (images, None)}, None, "generated", labels="optional")
    arrays, _ = like_real(source, {"images": images, "class_names": np.array(["a", "b"])})
    assert arrays.keys() == {"images"}
