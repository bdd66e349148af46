"""Second test sets, from small files in the published formats."""

import gzip
import io
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

from standin.core.errors import InputError
from standin.data import cifair10, cifar10_1, qmnist

RNG = np.random.default_rng(0)


def idx(path: Path, array: np.ndarray, code: int) -> None:
    header = struct.pack(f">HBB{array.ndim}I", 0, code, array.ndim, *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes(), 1))


@pytest.fixture
def small_qmnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, np.ndarray, np.ndarray]:
    """A folder with 6 images in place of 60,000, 2 of them published before; the images, and extended labels."""
    monkeypatch.setattr(qmnist, "N", 6)
    monkeypatch.setattr(qmnist, "N_PUBLISHED_BEFORE", 2)
    images, labels = RNG.integers(0, 256, (6, 28, 28), np.uint8), np.zeros((6, 8), ">i4")
    labels[:, 0], labels[:, 2] = [3, 1, 4, 1, 5, 9], [7, 7, 2100, 7, 8, 2599]
    idx(tmp_path / qmnist.IMAGES, images, 0x08)
    idx(tmp_path / qmnist.EXTENDED_LABELS, labels, 0x0C)
    return tmp_path, images, labels


def test_qmnist_has_the_images_that_were_not_published_before_and_their_writers(small_qmnist: tuple) -> None:
    folder, images, _ = small_qmnist
    loaded = qmnist.load(folder)
    np.testing.assert_array_equal(loaded["images"], images[2:, ..., None])
    assert loaded["labels"].tolist() == [4, 1, 5, 9]
    assert loaded["groups"].tolist() == [2100, 7, 8, 2599]


def test_qmnist_is_read_with_plain_labels_too(small_qmnist: tuple) -> None:
    folder, _, labels = small_qmnist
    (folder / qmnist.EXTENDED_LABELS).unlink()
    with pytest.raises(
        InputError, match="qmnist-test-labels-idx1-ubyte.gz does not exist; it can be downloaded from git"
    ):
        qmnist.load(folder)
    idx(folder / qmnist.LABELS, labels[:, 0].astype(np.uint8), 0x08)
    loaded = qmnist.load(folder)
    assert loaded["labels"].tolist() == [4, 1, 5, 9] and "groups" not in loaded


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"not gzip", "cannot be read as a gzipped idx file"),
        (gzip.compress(b"no idx"), "cannot be read as a gzipped idx file"),
        (
            gzip.compress(struct.pack(">HBB3I", 0, 8, 3, 6, 28, 28) + bytes(100)),
            r"\(6, 28, 28\) uint8, got .* with 100 bytes",
        ),
        (
            gzip.compress(struct.pack(">HBB3I", 0, 8, 3, 5, 28, 28)),
            r"must contain an array of shape .* got \(5, 28, 28\)",
        ),
        (gzip.compress(struct.pack(">HBB3I", 0, 8, 3, 6, 28, 28) + bytes(10**6)), "with 4,705 bytes"),
    ],
    ids=["not gzip", "not idx", "cut short", "another shape", "longer"],
)
def test_a_wrong_idx_file_is_named(small_qmnist: tuple, content: bytes, message: str) -> None:
    (small_qmnist[0] / qmnist.IMAGES).write_bytes(content)
    with pytest.raises(InputError, match=message) as raised:
        qmnist.load(small_qmnist[0])
    assert qmnist.IMAGES in str(raised.value)


def test_cifar10_1_has_images_and_labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cifar10_1.N, "v6", 4)
    images, labels = RNG.integers(0, 256, (4, 32, 32, 3), np.uint8), np.array([9, 0, 3, 3], np.int32)
    np.save(tmp_path / "cifar10.1_v6_data.npy", images)
    np.save(tmp_path / "cifar10.1_v6_labels.npy", labels)
    loaded = cifar10_1.load(tmp_path)
    np.testing.assert_array_equal(loaded["images"], images)
    assert (loaded["labels"].tolist(), loaded["labels"].dtype) == ([9, 0, 3, 3], np.int64)
    np.save(tmp_path / "cifar10.1_v6_labels.npy", labels + 1)
    with pytest.raises(InputError, match="CIFAR-10.1: labels must be 0 to 9, got 1 to 10"):
        cifar10_1.load(tmp_path)
    np.save(tmp_path / "cifar10.1_v6_data.npy", images[:3])
    with pytest.raises(
        InputError, match=r"cifar10.1_v6_data.npy must contain .*\(4, 32, 32, 3\), got \(3, 32, 32, 3\)"
    ):
        cifar10_1.load(tmp_path)
    with pytest.raises(InputError, match=r"cifar10.1_v4_data.npy does not exist"):
        cifar10_1.load(tmp_path, version="v4")


def batch(folder: Path, protocol: int, **changes: object) -> tuple[Path, np.ndarray]:
    """A folder with 3 images in place of 10,000, and these images."""
    images = RNG.integers(0, 256, (3, 32, 32, 3), np.uint8)
    plain = {"data": images.transpose(0, 3, 1, 2).reshape(3, 3072), "labels": [9, 0, 3]} | changes
    (folder / "test_batch").write_bytes(pickle.dumps(plain, protocol))
    return folder, images


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    "labels", [[9, 0, 3], np.array([9, 0, 3]), list(np.array([9, 0, 3]))], ids=["numbers", "array", "scalars"]
)
def test_cifair_is_read_in_every_protocol(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: int, labels: object
) -> None:
    monkeypatch.setattr(cifair10, "N", 3)
    folder, images = batch(tmp_path, protocol, labels=labels)
    loaded = cifair10.load(folder)
    np.testing.assert_array_equal(loaded["images"], images)
    assert (loaded["labels"].tolist(), loaded["labels"].dtype) == ([9, 0, 3], np.int64)


class Harmful:
    def __reduce__(self) -> tuple:
        return print, ("this must not be printed",)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"more": Harmful()}, "it contains _*builtins?_*.print, which is neither an array, a number nor text"),
        ({"more": io.BytesIO()}, "it contains _io.BytesIO, which is neither"),
        ({"data": np.array([{}] * 3, object)}, "cannot be read: "),
        ({"data": np.zeros((3, 3000), np.uint8)}, r"must have the shape \(3, 3072\), got \(3, 3000\)"),
        ({"data": [1, 2]}, r"must have the shape \(3, 3072\), got \(2,\)"),
        ({"data": None}, r"must have the shape \(3, 3072\), got \(\)"),
        ({"data": np.zeros((3, 3072))}, "images must be .* of uint8 or float32, got .* float64"),
        ({"labels": [1, 2]}, r"labels must be \(3,\) integers .* got \(2,\)"),
        ({"labels": ["a", "b", "c"]}, r"labels must be \(3,\) integers .* got \(\)"),
    ],
)
def test_a_wrong_pickle_is_refused_and_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, changes: dict, message: str
) -> None:
    monkeypatch.setattr(cifair10, "N", 3)
    for protocol in (2, 5):
        folder, _ = batch(tmp_path, protocol, **changes)
        with pytest.raises(InputError, match=message) as raised:
            cifair10.load(folder)
        assert "\n" not in str(raised.value)
    assert not capsys.readouterr().out


def test_a_file_that_is_no_dictionary_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match="test_batch does not exist; it can be downloaded from cvjena.github.io/cifair"
    ):
        cifair10.load(tmp_path)
    for content, message in ((b"", "cannot be read"), (pickle.dumps([1]), "must contain a dictionary, got a list")):
        (tmp_path / "test_batch").write_bytes(content)
        with pytest.raises(InputError, match=message):
            cifair10.load(tmp_path)
