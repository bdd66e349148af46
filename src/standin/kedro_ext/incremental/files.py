"""Whether a file is the one that was recorded.

A file is compared by name, size and modification time first, and by content where those differ: results of a project
that is moved or copied stay up to date.
"""

import functools
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

from kedro.io import CatalogProtocol

from standin.core.errors import InputError
from standin.kedro_ext.compat import local_path


class FileState(TypedDict):
    """A file or folder as it was when it was recorded.

    Attributes:
        signature: digest of names, sizes and modification times.
        content: digest of names and contents.
    """

    signature: str
    content: str


def state_of(catalog: CatalogProtocol, name: str, recorded: FileState | None = None) -> FileState | None:
    """The state of a catalog entry's files; None if there are none.

    Args:
        recorded: an earlier state, which is returned where the signature is the same, without reading the files.
    """
    return file_state(path_of(catalog, name), recorded)


def file_state(path: str | os.PathLike[str], recorded: FileState | None = None) -> FileState | None:
    """The state of a file, or of all files in a folder; arguments as for `state_of`."""
    now = signature(path)
    if now is None or (recorded and recorded["signature"] == now):
        return recorded if now else None
    return {"signature": now, "content": _content(Path(path), now)}


def same(one: FileState | None, other: FileState | None) -> bool:
    """Whether two states have the same content; both may be missing."""
    return (one and one["content"]) == (other and other["content"])


def signature_of(catalog: CatalogProtocol, name: str) -> str | None:
    """The signature of a catalog entry's files; None if there are none."""
    return signature(path_of(catalog, name))


def path_of(catalog: CatalogProtocol, name: str) -> Path:
    """Where a catalog entry is stored.

    Raises:
        InputError: it has no file.
    """
    path = local_path(catalog.get(name))
    if path is None:
        raise InputError(f"{name} must be stored in a file, but its catalog entry has none")
    return path


def signature(path: str | os.PathLike[str]) -> str | None:
    """A digest of names, sizes and modification times of a file, or of all files in a folder; None if it does not
    exist."""
    path = Path(path)
    if not path.exists():
        return None
    digest = hashlib.blake2b(digest_size=8)
    for name, file in sorted(_files(path)):
        status = file.stat()
        digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()


@functools.cache
def _content(path: Path, signature: str) -> str:
    """Read once for each `signature`: a run asks several times."""
    digest = hashlib.blake2b(digest_size=16)
    for name, file in sorted(_files(path)):
        with file.open("rb") as opened:
            digest.update(f"{name}\0{hashlib.file_digest(opened, hashlib.blake2b).hexdigest()}\0".encode())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    if path.is_file():
        yield "", path
        return
    for folder, _, names in os.walk(path, followlinks=True):
        for name in names:
            file = Path(folder, name)
            # Hidden files belong to whoever looks at the folder; a link may be dangling.
            if not name.startswith(".") and file.exists():
                yield os.path.relpath(file, path), file
