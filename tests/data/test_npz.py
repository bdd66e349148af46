"""Data sets in an npz file, and what is wrong with broken ones."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from standin.core.errors import InputError
from standin.data import npz
from standin.io import npz as npz_io

IMAGES = np.arange(4 * 8 * 9, dtype=np.int64).reshape(4, 8, 9).astype(np.uint8)
LABELS = np.array([0, 1, 1, 0])


def saved(folder: Path, **arrays: np.ndarray) -> Path:
    np.savez(folder / "data.npz", **arrays)
    return folder / "data.npz"


def test_pooled_images_are_all_training_images(tmp_path: Path) -> None:
    source = npz.load(saved(tmp_path, images=IMAGES, labels=LABELS))
    assert source.splits.keys() == {"train"}
    np.testing.assert_array_equal(source.splits["train"]["images"], IMAGES[..., None])
    np.testing.assert_array_equal(source.splits["train"]["labels"], LABELS)
    assert source.class_names == ("0", "1")


def test_groups_are_read(tmp_path: Path) -> None:
    source = npz.load(saved(tmp_path, images=IMAGES, labels=LABELS, groups=np.array(["a", "b", "b", "c"])))
    assert source.splits["train"]["groups"].tolist() == ["a", "b", "b", "c"]


@pytest.mark.parametrize("name", ["groups", "groups_train"])
def test_groups_are_read_next_to_test_images(tmp_path: Path, name: str) -> None:
    test = {"x_test": IMAGES[:2] + 1, "y_test": LABELS[:2], "groups_test": np.array(["d", "e"])}
    groups = np.array(["a", "b", "b", "c"])
    splits = npz.load(saved(tmp_path, x_train=IMAGES, y_train=LABELS, **test, **{name: groups})).splits
    assert splits["train"]["groups"].tolist() == ["a", "b", "b", "c"]
    assert splits["test"]["groups"].tolist() == ["d", "e"]


def test_class_names_are_text_whatever_they_look_like(tmp_path: Path) -> None:
    names = ["NA", "null", "01", "1", "1e3", "True", " a", "a"]
    images, labels = np.repeat(IMAGES, 2, axis=0), np.arange(8)
    assert npz.load(saved(tmp_path, images=images, labels=labels, class_names=np.array(names))).class_names == (*names,)


def test_a_test_split_is_kept_and_image_ids_are_unique(tmp_path: Path) -> None:
    source = npz.load(saved(tmp_path, x_train=IMAGES, y_train=LABELS, x_test=IMAGES[:2], y_test=LABELS[:2]))
    ids = np.concatenate([arrays["image_ids"] for arrays in source.splits.values()])
    assert source.splits.keys() == {"train", "test"}
    assert len(np.unique(ids)) == 6


def test_labels_become_consecutive_and_keep_their_names(tmp_path: Path) -> None:
    source = npz.load(saved(tmp_path, images=IMAGES, labels=np.array([7, 3, 3, 7])))
    assert source.splits["train"]["labels"].tolist() == [1, 0, 0, 1]
    assert source.class_names == ("3", "7")


def test_class_names_come_from_the_file_or_the_argument(tmp_path: Path) -> None:
    path = saved(tmp_path, images=IMAGES, labels=LABELS, class_names=np.array(["cat", "dog"]))
    assert npz.load(path).class_names == ("cat", "dog")
    assert npz.load(path, class_names=["a", "b"]).class_names == ("a", "b")


def test_images_without_labels_are_read_where_labels_are_optional(tmp_path: Path) -> None:
    path = saved(tmp_path, images=IMAGES)
    assert npz.load(path, labels="optional").splits["train"].keys() == {"images", "image_ids"}
    with pytest.raises(InputError, match="must contain the arrays images, labels or"):
        npz.load(path)


def test_unnamed_arrays_are_images_and_labels(tmp_path: Path) -> None:
    np.savez(tmp_path / "samples.npz", IMAGES, LABELS)
    source = npz.load(tmp_path / "samples.npz")
    np.testing.assert_array_equal(source.splits["train"]["images"][..., 0], IMAGES)
    assert source.splits["train"]["labels"].tolist() == LABELS.tolist()


@pytest.mark.parametrize(("kind", "channels"), [(np.uint8, 1), (np.uint8, 3), (np.float32, 1), (np.float32, 3)])
def test_large_images_are_resized(tmp_path: Path, kind: type, channels: int) -> None:
    value = 77 if kind is np.uint8 else 0.3
    images = np.full((4, 100, 120, channels), value, kind)
    source = npz.load(saved(tmp_path, images=images, labels=LABELS))
    resized = source.splits["train"]["images"]
    assert resized.shape == (4, 96, 96, channels) and resized.dtype == kind
    np.testing.assert_allclose(resized, value, rtol=1e-6)
    assert source.notes[0].startswith("All 4 images were resized to 96 x 96 pixels, from 120 x 100; 4 of another")


def test_resizing_hides_no_values_out_of_range(tmp_path: Path) -> None:
    images = np.full((4, 100, 100), 255, np.float32)
    with pytest.raises(InputError, match="must be finite and within"):
        npz.load(saved(tmp_path, images=images, labels=LABELS))


BROKEN = {
    "other names": ({"pictures": IMAGES, "labels": LABELS}, "must contain the arrays images, labels or x_train"),
    "float images": ({"images": IMAGES / 255.0, "labels": LABELS}, r"of uint8 or float32, got \(4, 8, 9, 1\) float64"),
    "two channels": ({"images": np.zeros((4, 8, 8, 2), np.uint8), "labels": LABELS}, "1 or 3"),
    "flat images": ({"images": np.zeros((4, 64), np.uint8), "labels": LABELS}, r"got \(4, 64\) uint8"),
    "too small": ({"images": np.zeros((4, 7, 8), np.uint8), "labels": LABELS}, "8 to 96 pixels per side, got 7 x 8"),
    "no rows": ({"images": np.zeros((0, 8, 8), np.uint8), "labels": LABELS[:0]}, "at least one image"),
    "a label short": ({"images": IMAGES, "labels": LABELS[:3]}, r"labels must be \(4,\) integers.*got \(3,\)"),
    "test labels of another type": (
        {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES, "y_test": LABELS.astype("M8[s]")},
        r"test labels must be \(4,\) integers.*datetime64",
    ),
    "float labels": ({"images": IMAGES, "labels": LABELS / 2}, "integers.*float64"),
    "one class": ({"images": IMAGES, "labels": LABELS * 0}, "at least two classes, got 1"),
    "names short": (
        {"images": IMAGES, "labels": LABELS, "class_names": np.array(["a"])},
        "one class name for each of 2",
    ),
    "names repeated": (
        {"images": IMAGES, "labels": LABELS, "class_names": np.array(["a", "a"])},
        "class names must differ, got 'a' for two classes",
    ),
    "names empty": (
        {"images": IMAGES, "labels": LABELS, "class_names": np.array(["a", " "])},
        "a class name must be text without control characters, got ' '",
    ),
    "names of bytes": (
        {"images": IMAGES, "labels": LABELS, "class_names": np.array([b"a", b"b"])},
        r"class_names must be a list of names, got \(2,\) \|S1",
    ),
    "labels too large": (
        {"images": IMAGES, "labels": LABELS.astype(np.uint64) + np.uint64(2**63)},
        r"integers up to 2\^63 - 1.*uint64",
    ),
    "two types": (
        {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES / np.float32(255), "y_test": LABELS},
        "images of one type, got uint8 train images and float32 test images",
    ),
    "groups twice": (
        {"images": IMAGES, "labels": LABELS, "groups": LABELS, "groups_train": LABELS},
        "only one of groups and groups_train",
    ),
    "groups of no images": (
        {"images": IMAGES, "labels": LABELS, "groups_test": LABELS},
        "groups_test but no test images",
    ),
    "names no list": (
        {"images": IMAGES, "labels": LABELS, "class_names": np.array("ab")},
        r"class_names must be a list of names, got \(\) <U2",
    ),
    "names no characters": (
        {"images": IMAGES, "labels": LABELS, "class_names": np.full(2, 2**31, np.uint32).view("<U1")},
        r"class_names must be a list of names, got \(2,\) <U1",
    ),
    "other test shape": (
        {"x_train": IMAGES, "y_train": LABELS, "x_test": np.zeros((2, 8, 8), np.uint8), "y_test": LABELS[:2]},
        "images of one shape",
    ),
}


@pytest.mark.parametrize(("arrays", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_wrong_file_says_what_was_expected(tmp_path: Path, arrays: dict, message: str) -> None:
    with pytest.raises(InputError, match=message) as raised:
        npz.load(saved(tmp_path, **arrays))
    assert "\n" not in str(raised.value)
    assert str(tmp_path) in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing.npz does not exist"):
        npz.load(tmp_path / "nothing.npz")


@pytest.mark.parametrize("content", [b"", b"not a zip at all", b"PK\x03\x04 cut off"])
def test_a_corrupt_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "corrupt.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="corrupt.npz cannot be read"):
        npz.load(path)


def test_a_truncated_file_is_named(tmp_path: Path) -> None:
    path = saved(tmp_path, images=IMAGES, labels=LABELS)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="cannot be read"):
        npz.load(path)


def test_pickled_objects_are_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: images.npy holds pickled objects, which are not read"):
        npz.load(saved(tmp_path, images=np.array([{"a": 1}], dtype=object), labels=LABELS))


def member(tmp_path: Path, content: bytes, compression: int = zipfile.ZIP_STORED) -> Path:
    """An npz file whose one array is written as `content`."""
    path = tmp_path / "given.npz"
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("images.npy", content)
    return path


def header(shape: tuple[int, ...]) -> bytes:
    """What begins an array of bytes of this shape."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
    return file.getvalue()


def test_an_array_that_says_it_is_larger_than_its_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"images.npy must hold \(1000000000000, 28, 28\) uint8, but has 784 bytes"):
        npz.load(member(tmp_path, header((10**12, 28, 28)) + bytes(784)))


def test_a_decompression_bomb_is_refused_unopened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npz_io, "MAX_UNPACKED", 10**6)
    path = member(tmp_path, header((2 * 10**6, 1)) + bytes(2 * 10**6), zipfile.ZIP_DEFLATED)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(InputError, match=r"its [\d,]+ bytes unpack to 2,000,128: store the arrays unpacked"):
        npz.load(path)


def test_a_header_that_numpy_cannot_take_apart_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="given.npz cannot be read"):
        npz.load(member(tmp_path, header((1, 8, 8)).replace(b")", b"(") + bytes(64)))
