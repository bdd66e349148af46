"""Arrays larger than memory: the same values as small ones, in a file."""

import gc
from pathlib import Path

import numpy as np
import pytest

from standin import arrays

IMAGES = np.random.default_rng(0).integers(0, 256, (50, 4, 3, 1), dtype=np.uint8)


@pytest.fixture(params=["small", "large"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "large":
        monkeypatch.setattr(arrays, "LARGE", 100)
    monkeypatch.setattr(arrays, "ROWS", 7)
    return str(request.param)


def in_a_file(array: np.ndarray) -> bool:
    while array.base is not None and not isinstance(array, np.memmap):
        array = array.base  # type: ignore[assignment]
    return isinstance(array, np.memmap)


def test_rows_are_gathered_joined_and_collected(size: str) -> None:
    rows = np.random.default_rng(1).permutation(50)[:30]
    gathered = arrays.gather(IMAGES, rows)
    joined = arrays.join([IMAGES, gathered, IMAGES[:0]])
    collected = arrays.collect(iter([IMAGES[:20], IMAGES[20:]]), IMAGES.shape, np.float32)
    np.testing.assert_array_equal(gathered, IMAGES[rows])
    np.testing.assert_array_equal(joined, np.concatenate([IMAGES, IMAGES[rows]]))
    np.testing.assert_array_equal(collected, IMAGES.astype(np.float32))
    assert collected.dtype == np.float32
    assert [in_a_file(array) for array in (gathered, joined, collected)] == [size == "large"] * 3


def test_a_temporary_file_goes_with_its_array(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "LARGE", 100)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kept = arrays.gather(IMAGES, np.arange(50))
    np.testing.assert_array_equal(kept, IMAGES)
    del kept
    gc.collect()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_npz_files_are_read_and_their_arrays_are_not_written_to(size: str, save: object, tmp_path: Path) -> None:
    given = {
        "images": IMAGES,
        "numbers": np.arange(600.0).reshape(20, 30),
        "fortran": np.asfortranarray(np.arange(600.0).reshape(20, 30)),
        "name": np.array("vae"),
    }
    save(tmp_path / "arrays.npz", **given)  # type: ignore[operator]
    read = arrays.read_npz(tmp_path / "arrays.npz")
    assert list(read) == list(given)
    assert in_a_file(read["images"]) == (size == "large" and save is np.savez)
    for name, array in given.items():
        np.testing.assert_array_equal(read[name], array)
        with pytest.raises(ValueError, match="read-only"):
            read[name][...] = array


@pytest.mark.parametrize("size", ["small", "large"], indirect=True)
def test_pickled_objects_are_refused(size: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "arrays.npz", objects=np.array([{"a": "b" * 200}, None], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle|pickled objects"):
        arrays.read_npz(tmp_path / "arrays.npz")
