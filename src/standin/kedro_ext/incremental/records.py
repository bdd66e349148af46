"""What each stored result was made from: one JSON file per catalog entry."""

import json
import os
from pathlib import Path
from typing import Any, TypedDict

from standin.io.atomic import atomic_write
from standin.kedro_ext.incremental.files import FileState

SCHEMA_VERSION = 2


class Record(TypedDict):
    """What one stored result was made from.

    Attributes:
        schema_version: of this format; a record with another version is ignored.
        node: that made it.
        made: when, in ISO 8601.
        fingerprint: a digest of parameters, code, and the fingerprints of all inputs.
        parameters: name -> value, of the node's parameters and bound constants.
        code: module or package -> digest or version.
        inputs: catalog entry, or path among the parameters -> state of its files when they were read; None where there
            were none.
        files: state of the result's own files.
    """

    schema_version: int
    node: str
    made: str
    fingerprint: str
    parameters: dict[str, Any]
    code: dict[str, str]
    inputs: dict[str, FileState | None]
    files: FileState | None


class Records:
    """The records of all results.

    Args:
        folder: where they are stored.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def read(self, name: str) -> Record | None:
        """The record of a catalog entry; None if there is none that can be read."""
        try:
            record: Record = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        valid = isinstance(record, dict) and record.keys() == Record.__annotations__.keys()
        return record if valid and record["schema_version"] == SCHEMA_VERSION else None

    def write(self, name: str, record: Record) -> None:
        with atomic_write(self.folder / f"{name}.json") as partial:
            partial.write_text(json.dumps(record, indent=1), encoding="utf-8")
