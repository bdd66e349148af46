"""Base of the datasets that keep one local file."""

from pathlib import Path
from typing import Any, NewType

ImagePreview = NewType("ImagePreview", str)  # kedro-viz recognizes a preview by this name


class LocalFile:
    """Where a dataset's file is, and how it is replaced."""

    def __init__(self, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}

    def _exists(self) -> bool:
        return self._filepath.exists()
