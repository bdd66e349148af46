"""Kedro's datasets of tables and texts with atomic writes: a file is complete or absent."""

from collections.abc import Callable
from typing import Any

from kedro_datasets import json, pandas, partitions, text

from standin.io.atomic import atomic_write
from standin.kedro_ext.datasets.local_file import local


class Atomic:
    """Comes first among the bases of a dataset."""

    _filepath: Any

    def __init__(self, *, filepath: str, **arguments: Any) -> None:
        super().__init__(filepath=local(filepath), **arguments)  # type: ignore[call-arg]

    def save(self, data: Any) -> None:
        target = self._filepath
        with atomic_write(target) as partial:
            self._filepath = type(target)(partial)
            try:
                super().save(data)  # type: ignore[misc]
            finally:
                self._filepath = target


class CSVDataset(Atomic, pandas.CSVDataset):
    """A table, as `pandas.CSVDataset`."""


class ParquetDataset(Atomic, pandas.ParquetDataset):
    """A table, as `pandas.ParquetDataset`."""


class JSONDataset(Atomic, json.JSONDataset):
    """Plain values, as `json.JSONDataset`."""


class TextDataset(Atomic, text.TextDataset):
    """A text, as `text.TextDataset`."""


class PartitionedDataset(partitions.PartitionedDataset):
    """A folder, as `partitions.PartitionedDataset`, without the partial files of an interrupted write. Its files are
    written by their own dataset."""

    def __init__(self, *, path: str, **arguments: Any) -> None:
        super().__init__(path=local(path), **arguments)

    def load(self) -> dict[str, Callable[[], Any]]:
        files: dict[str, Callable[[], Any]] = super().load()
        return {name: load for name, load in files.items() if not name.rpartition("/")[2].startswith(".")}
