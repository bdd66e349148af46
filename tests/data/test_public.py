"""The data sets that come with the project: digits, MNIST, CIFAR-10."""

import re
from pathlib import Path

import keras
import numpy as np
import pytest

from standin.data import cifar, digits, mnist
from standin.errors import InputError
from tests.conftest import ROOT

ARCHIVES = [(mnist, "mnist.npz"), (cifar, "cifar10.npz")]


def test_digits_are_the_real_ones() -> None:
    source = digits.load()
    train = source.splits["train"]
    assert train["images"].shape == (1797, 8, 8, 1)
    assert train["images"].dtype == np.uint8
    assert train["images"].max() == 255
    assert np.bincount(train["labels"]).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


@pytest.mark.parametrize(("module", "file"), ARCHIVES)
def test_the_file_in_raw_is_read(module, file: str) -> None:
    path = ROOT / "data" / "01_raw" / file
    if not path.exists():
        pytest.skip(f"{file} is not in data/01_raw")
    source = module.load(path)
    assert source.splits["train"]["images"].shape[0] == module.SHAPES["x_train"][0]
    assert source.splits["test"]["images"].shape[0] == 10000
    assert np.bincount(source.splits["test"]["labels"]).sum() == 10000
    assert len(source.class_names) == 10


@pytest.mark.parametrize(("module", "file"), ARCHIVES)
def test_without_file_and_network_the_error_says_where_to_put_it(
    module, file: str, tmp_path: Path, monkeypatch
) -> None:
    def no_network(*args: object, **kwargs: object) -> None:
        raise OSError("URL fetch failure on somewhere: None -- Name or service not known")

    name = {mnist: "mnist", cifar: "cifar10"}[module]
    monkeypatch.setattr(getattr(keras.datasets, name), "load_data", no_network)
    with pytest.raises(InputError, match="could not be downloaded .URL fetch failure") as raised:
        module.load(tmp_path / "raw" / file)
    assert re.search(
        rf"is not at {re.escape(str(tmp_path))}.*put an .npz file with the uint8 arrays x_train", str(raised.value)
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("module", "file"), ARCHIVES)
def test_a_download_is_kept_and_read_from_then_on(module, file: str, tmp_path: Path, monkeypatch) -> None:
    shapes = {name: (20, *shape[1:]) for name, shape in module.SHAPES.items()}
    monkeypatch.setattr(module, "SHAPES", shapes)
    arrays = {
        n: np.resize(np.arange(10, dtype=np.uint8), s) if n[0] == "y" else np.zeros(s, np.uint8)
        for n, s in shapes.items()
    }
    calls = []

    def download():
        calls.append(1)
        # As Keras gives CIFAR-10: labels in a column.
        return (arrays["x_train"], arrays["y_train"][:, None]), (arrays["x_test"], arrays["y_test"][:, None])

    monkeypatch.setattr(module, "_download", download)
    for _ in range(2):
        source = module.load(tmp_path / "raw" / file)
        np.testing.assert_array_equal(source.splits["test"]["labels"], arrays["y_test"])
    assert len(calls) == 1
    assert [p.name for p in (tmp_path / "raw").iterdir()] == [file]


@pytest.mark.parametrize(("module", "file"), ARCHIVES)
def test_another_file_in_its_place_is_refused(module, file: str, tmp_path: Path) -> None:
    np.savez(tmp_path / file, x_train=np.zeros((5, 8, 8), np.uint8), y_train=np.zeros(5, np.uint8))
    with pytest.raises(InputError, match=r"must hold .* as uint8 arrays x_train .*, got x_train \(5, 8, 8\) uint8"):
        module.load(tmp_path / file)
