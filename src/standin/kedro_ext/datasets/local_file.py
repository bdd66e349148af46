"""Local paths of datasets, and what kedro-viz previews."""

from os import PathLike
from pathlib import Path
from typing import Any, NewType

from standin.core.errors import InputError

# kedro-viz recognizes previews by these names.
ImagePreview = NewType("ImagePreview", str)
JSONPreview = NewType("JSONPreview", str)


def local(path: str | PathLike[str]) -> str:
    """Returns a path unchanged if it is local.

    Raises:
        InputError: it has a protocol such as s3://.
    """
    if "://" in str(path):
        raise InputError(f"catalog: results must be stored on a local or mounted disk, got {path}")
    return str(path)


class LocalFile:
    """Base of datasets with one local file."""

    def __init__(self, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(local(filepath))
        self.metadata = metadata

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}

    def _exists(self) -> bool:
        return self._filepath.exists()
