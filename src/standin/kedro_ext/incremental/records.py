"""What is known of each stored result: of what it was made, and what its files were then.

A file is known by name, size and time of its last change, as `make` and `rsync` know it: results that are moved have to
be copied with their times.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict

from kedro.io import CatalogProtocol

from standin.core.errors import InputError
from standin.io.atomic import atomic_write


class Record(TypedDict):
    """What one stored result was made of.

    Attributes:
        node: that made it.
        made: when, in ISO 8601.
        fingerprint: a digest of parameters, code, and the fingerprints of all inputs: equal where the same was made.
        parameters: name -> value, of the node's.
        code: module or package -> digest or version.
        inputs: catalog entry, or path among the parameters -> stamp of its files as they were read; None where there
            were none.
        files: stamp of the result's own files.
    """

    node: str
    made: str
    fingerprint: str
    parameters: dict[str, Any]
    code: dict[str, str]
    inputs: dict[str, str | None]
    files: str | None


class Records:
    """The records of all results, a file each.

    Args:
        folder: where they lie.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def read(self, name: str) -> Record | None:
        """The record of a catalog entry; None if there is none that can be read."""
        try:
            record: Record = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        return record if isinstance(record, dict) and record.keys() == Record.__annotations__.keys() else None

    def write(self, name: str, record: Record) -> None:
        with atomic_write(self.folder / f"{name}.json") as partial:
            partial.write_text(json.dumps(record, indent=1), encoding="utf-8")


def signature_of(catalog: CatalogProtocol, name: str) -> str | None:
    """The stamp of a catalog entry's files; None if there are none."""
    dataset = catalog.get(name)
    path = getattr(dataset, "_filepath", None) or getattr(dataset, "_path", None)
    if path is None:
        raise InputError(f"{name} must be kept in a file, but the catalog has no entry with one for it")
    return signature(path)


def signature(path: str | os.PathLike[str]) -> str | None:
    """A digest of name, size and time of last change of a file, or of all in a folder; None if there is none."""
    path = Path(path)
    if not path.exists():
        return None
    digest = hashlib.blake2b(digest_size=8)
    for file, found in sorted(_files(path)):
        digest.update(f"{file}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[tuple[str, os.stat_result]]:
    if path.is_file():
        yield "", path.stat()
    else:
        for folder, _, names in os.walk(path, followlinks=True):
            for name in names:
                file = os.path.join(folder, name)
                # Hidden files are of whoever looks at the folder; a link may lead nowhere.
                if not name.startswith(".") and os.path.exists(file):
                    yield os.path.relpath(file, path), os.stat(file)
