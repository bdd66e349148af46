"""The data sets that come with the project: digits, MNIST, CIFAR-10."""

import importlib
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import keras
import numpy as np
import pytest

from standin.core.errors import InputError
from standin.data import cifar, digits, keras_datasets, mnist
from tests.conftest import ROOT

ARCHIVES = [(mnist, "mnist.npz"), (cifar, "cifar10.npz")]


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_digits_are_those_of_scikit_learn() -> None:
    source = digits.load()
    train = source.splits["train"]
    assert train["images"].shape == (1797, 8, 8, 1)
    assert train["images"].dtype == np.uint8
    assert train["images"].max() == 255
    assert np.bincount(train["labels"]).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


@pytest.mark.parametrize(("module", "file"), ARCHIVES)
def test_an_existing_file_is_read(module, file: str) -> None:
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
    assert files_in(tmp_path / "raw") == [f".{file}.lock"]


@pytest.mark.parametrize(("module", "file"), ARCHIVES)
def test_a_download_is_stored_and_read_later(module, file: str, tmp_path: Path, monkeypatch) -> None:
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
    assert files_in(tmp_path / "raw") == [f".{file}.lock", file]


def test_two_parallel_runs_download_a_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = {"x_train": (4, 8, 8), "y_train": (4,), "x_test": (2, 8, 8), "y_test": (2,)}
    calls: list[int] = []

    def download() -> tuple:
        calls.append(1)
        time.sleep(0.3)  # the other one looks for the file meanwhile
        of = {name: np.arange(np.prod(shape), dtype=np.uint8).reshape(shape) % 2 for name, shape in shapes.items()}
        return (of["x_train"], of["y_train"]), (of["x_test"], of["y_test"])

    def load(_: int) -> int:
        source = keras_datasets.load_archive(tmp_path / "toy.npz", download, shapes, ["a", "b"], "Toy")
        return len(source.splits["train"]["images"])

    with ThreadPoolExecutor(2) as both:
        assert list(both.map(load, range(2))) == [4, 4]
    assert len(calls) == 1 and files_in(tmp_path) == [".toy.npz.lock", "toy.npz"]


class Misbehaving(BaseHTTPRequestHandler):
    """Answers as its path says."""

    def do_GET(self) -> None:
        kind = self.path.rpartition("/")[2]
        if kind in ("redirected", "moved"):  # to another host by name, or to the same
            host = "localhost" if kind == "redirected" else "127.0.0.1"
            self.send_response(302)
            self.send_header("Location", f"http://{host}:{self.server.server_port}/other")
        elif kind == "unavailable":
            self.send_response(503)
        else:
            self.send_response(200)
            self.send_header("Content-Length", str(10**6 if kind == "truncated" else 100))
        self.end_headers()
        if kind == "silent":
            time.sleep(1)
        elif kind in ("truncated", "other"):
            self.wfile.write(b"x" * 100)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    http_server = ThreadingHTTPServer(("127.0.0.1", 0), Misbehaving)
    threading.Thread(target=http_server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{http_server.server_port}"
    http_server.shutdown()
    http_server.server_close()


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        ("other", "Incomplete or corrupted file detected"),
        ("redirected", "redirects to another host, http://localhost"),
        ("moved", "Incomplete or corrupted file detected"),  # same host; the content is wrong
        ("truncated", "retrieval incomplete"),
        ("unavailable", "503"),
        ("silent", "timed out"),
    ],
)
def test_a_failed_download_leaves_no_file(
    failure: str, message: str, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keras_mnist = importlib.import_module("keras.src.datasets.mnist")

    def from_server(origin: str, **arguments: object) -> str:
        assert origin.startswith("https://")
        return keras.utils.get_file(origin=f"{server}/{failure}", cache_dir=str(tmp_path / "keras"), **arguments)

    (tmp_path / "keras").mkdir()
    monkeypatch.setattr(keras_mnist, "get_file", from_server)
    monkeypatch.setenv("no_proxy", "*")
    if failure == "silent":
        monkeypatch.setattr(keras_datasets, "TIMEOUT", 0.2)
    with pytest.raises(InputError, match=rf"MNIST is not at .* and could not be downloaded \(.*{message}.*\); put an"):
        mnist.load(tmp_path / "raw/mnist.npz")
    assert files_in(tmp_path / "raw") == [".mnist.npz.lock"]


@pytest.mark.parametrize(("module", "file"), ARCHIVES)
def test_another_file_is_rejected(module, file: str, tmp_path: Path) -> None:
    np.savez(tmp_path / file, x_train=np.zeros((5, 8, 8), np.uint8), y_train=np.zeros(5, np.uint8))
    with pytest.raises(InputError, match=r"must contain .* as uint8 arrays x_train .*, got x_train \(5, 8, 8\) uint8"):
        module.load(tmp_path / file)
