"""A public data set in one `.npz` file, downloaded once through Keras, which verifies the checksum.

Names, shapes and types of the arrays in the file are always checked.
"""

import os
import socket
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from standin.core.errors import InputError
from standin.data.source import Source, make_source
from standin.io.atomic import atomic_write
from standin.io.locks import wait_lock
from standin.io.npz import load_npz

TIMEOUT = 60.0
"""Seconds to wait for a server."""


def load_archive(
    path: str | os.PathLike[str],
    download: Callable[[], Any],
    shapes: dict[str, tuple[int, ...]],
    class_names: Sequence[str],
    name: str,
) -> Source:
    """The data set at `path`, downloaded first if the file does not exist.

    Args:
        path: of the file.
        download: returns ((x_train, y_train), (x_test, y_test)).
        shapes: array name -> shape, all uint8.
        class_names: one per class.
        name: of the data set, for errors.

    Raises:
        InputError: the file cannot be downloaded (the message states where to put it), or is not this data set.
    """
    path = Path(path)
    expected = ", ".join(f"{array} {shape}" for array, shape in shapes.items())
    if not path.exists():
        with wait_lock(path.name, path.parent):  # parallel runs may share one source
            if not path.exists():
                _fetch(path, download, f"{name} is not at {path}", f"an .npz file with the uint8 arrays {expected}")
    arrays = load_npz(path)
    given = {array: (arrays[array].shape, arrays[array].dtype) for array in shapes if array in arrays}
    if given != {array: (shape, np.dtype(np.uint8)) for array, shape in shapes.items()}:
        got = ", ".join(f"{array} {shape} {dtype}" for array, (shape, dtype) in given.items()) or "none of them"
        raise InputError(f"{path} must contain {name} as uint8 arrays {expected}, got {got}")
    splits = {"train": (arrays["x_train"], arrays["y_train"]), "test": (arrays["x_test"], arrays["y_test"])}
    return make_source(splits, class_names, name)


def _fetch(path: Path, download: Callable[[], Any], missing: str, wanted: str) -> None:
    try:
        with _restricted_downloads():
            (x_train, y_train), (x_test, y_test) = download()
    except Exception as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise InputError(f"{missing} and could not be downloaded ({reason}); put {wanted} there") from error
    with atomic_write(path) as partial:
        np.savez_compressed(partial, x_train=x_train, y_train=y_train.ravel(), x_test=x_test, y_test=y_test.ravel())


class SameHost(urllib.request.HTTPRedirectHandler):
    """Follows redirects only within the same host."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(newurl).hostname != urlsplit(req.full_url).hostname:
            raise OSError(f"{req.full_url} redirects to another host, {newurl}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@contextmanager
def _restricted_downloads() -> Iterator[None]:
    """Within it, downloads through urllib, which Keras uses, time out after `TIMEOUT` and stay on one host."""
    before, opener = socket.getdefaulttimeout(), getattr(urllib.request, "_opener", None)
    socket.setdefaulttimeout(TIMEOUT)
    urllib.request.install_opener(urllib.request.build_opener(SameHost))
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
        urllib.request.install_opener(opener)
