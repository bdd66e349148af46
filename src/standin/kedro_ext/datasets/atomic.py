"""Kedro's datasets of tables and texts, written beside their file and moved into place: a file is either whole or not
there. The project's own do so by themselves (`standin.kedro_ext.datasets`).
"""

from collections.abc import Callable
from typing import Any

from kedro_datasets import json, pandas, partitions, text

from standin.io.atomic import atomic_write


class Atomic:
    """What the datasets below have in common; comes first among a class's bases."""

    _filepath: Any

    def save(self, data: Any) -> None:
        whole = self._filepath
        with atomic_write(whole) as partial:
            self._filepath = type(whole)(partial)
            try:
                super().save(data)  # type: ignore[misc]
            finally:
                self._filepath = whole


class CSVDataset(Atomic, pandas.CSVDataset):
    """A table, as `pandas.CSVDataset`."""


class ParquetDataset(Atomic, pandas.ParquetDataset):
    """A table, as `pandas.ParquetDataset`."""


class JSONDataset(Atomic, json.JSONDataset):
    """Plain values, as `json.JSONDataset`."""


class PartitionedDataset(partitions.PartitionedDataset):
    """A folder, as `partitions.PartitionedDataset`, without what a write that was cut off has left in it; its files are
    as whole as their own dataset makes them."""

    def load(self) -> dict[str, Callable[[], Any]]:
        found: dict[str, Callable[[], Any]] = super().load()
        return {name: load for name, load in found.items() if not name.rpartition("/")[2].startswith(".")}


class TextDataset(Atomic, text.TextDataset):
    """A text, as `text.TextDataset`."""
