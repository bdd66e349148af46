"""Arrays larger than memory: the same values as small ones, in a file."""

import errno
import gc
from pathlib import Path

import numpy as np
import pytest

from standin.core.errors import InputError
from standin.io import large_arrays, npz

IMAGES = np.random.default_rng(0).integers(0, 256, (50, 4, 3, 1), dtype=np.uint8)


@pytest.fixture(params=["small", "large"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "large":
        monkeypatch.setattr(large_arrays, "LARGE", 100)
    monkeypatch.setattr(large_arrays, "CHUNK", 7)
    monkeypatch.setattr(large_arrays, "RELEASED", 50)
    return str(request.param)


def in_a_file(array: np.ndarray) -> bool:
    while array.base is not None and not isinstance(array, np.memmap):
        array = array.base  # type: ignore[assignment]
    return isinstance(array, np.memmap)


def test_rows_are_gathered_joined_and_collected(size: str) -> None:
    rows = np.random.default_rng(1).permutation(50)[:30]
    gathered = large_arrays.gather(IMAGES, rows)
    joined = large_arrays.join([IMAGES, gathered, IMAGES[:0]])
    collected = large_arrays.collect(iter([IMAGES[:20], IMAGES[20:]]), IMAGES.shape, np.float32)
    np.testing.assert_array_equal(gathered, IMAGES[rows])
    np.testing.assert_array_equal(joined, np.concatenate([IMAGES, IMAGES[rows]]))
    np.testing.assert_array_equal(collected, IMAGES.astype(np.float32))
    assert collected.dtype == np.float32
    assert [in_a_file(array) for array in (gathered, joined, collected)] == [size == "large"] * 3


def test_a_temporary_file_goes_with_its_array(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_arrays, "LARGE", 100)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kept = large_arrays.gather(IMAGES, np.arange(50))
    np.testing.assert_array_equal(kept, IMAGES)
    del kept
    gc.collect()
    assert list(tmp_path.iterdir()) == []


def test_a_temporary_file_for_which_there_is_no_room_is_told_before_it_is_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(large_arrays, "LARGE", 100)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("os.posix_fallocate", no_room, raising=False)
    with pytest.raises(OSError, match="No space left") as raised:
        large_arrays.gather(IMAGES, np.arange(50))
    assert raised.value.filename == str(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 an archive",
        b"\x93NUMPY\x01\x00\x76\x00"
        + b"{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999999,), }".ljust(118),
        b"\x93NUMPY\x01\x00\x76\x00" + b"{'descr': '<f8', 'fortran_order': False, 'shape': (((4,), }".ljust(118),
    ],
    ids=["empty", "archive", "more than there is", "damaged header"],
)
def test_a_damaged_npy_file_is_refused_by_name(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "array.npy").write_bytes(content)
    with pytest.raises(InputError, match="npy file .*array.npy cannot be read: ."):
        npz.load_npy(tmp_path / "array.npy")


def test_npy_files_are_read_and_pickled_objects_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "array.npy", np.asfortranarray(IMAGES))
    np.testing.assert_array_equal(npz.load_npy(tmp_path / "array.npy"), IMAGES)
    np.save(tmp_path / "array.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="pickled objects"):
        npz.load_npy(tmp_path / "array.npy")
    with pytest.raises(InputError, match="none.npy does not exist"):
        npz.load_npy(tmp_path / "none.npy")


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz_files_are_read_and_their_arrays_are_not_written_to(size: str, save: object, tmp_path: Path) -> None:
    given = {
        "images": IMAGES,
        "numbers": np.arange(600.0).reshape(20, 30),
        "fortran": np.asfortranarray(np.arange(600.0).reshape(20, 30)),
        "name": np.array("vae"),
    }
    save(tmp_path / "large_arrays.npz", **given)  # type: ignore[operator]
    read = npz.read_npz(tmp_path / "large_arrays.npz")
    assert list(read) == list(given)
    assert in_a_file(read["images"]) == (size == "large" and save is np.savez)
    for name, array in given.items():
        np.testing.assert_array_equal(read[name], array)
        with pytest.raises(ValueError, match="read-only"):
            read[name][...] = array


@pytest.mark.parametrize("size", ["small", "large"], indirect=True)
def test_pickled_objects_are_refused(size: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "large_arrays.npz", objects=np.array([{"a": "b" * 200}, None], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle|pickled objects"):
        npz.read_npz(tmp_path / "large_arrays.npz")
