"""Kedro datasets: each writes next to its file and then moves it into place, so that a file is complete or absent."""

from standin.kedro_ext.datasets.arrays import NPZDataset
from standin.kedro_ext.datasets.atomic import (
    CSVDataset,
    JSONDataset,
    ParquetDataset,
    PartitionedDataset,
    TextDataset,
)
from standin.kedro_ext.datasets.figure import PNGDataset, PNGFolderDataset
from standin.kedro_ext.datasets.handles import CheckpointDataset, HandleDataset, RecordsDataset
from standin.kedro_ext.datasets.keras_model import KerasModelDataset
from standin.kedro_ext.datasets.optional_csv import OptionalCSVDataset
from standin.kedro_ext.datasets.page import HTMLDataset
from standin.kedro_ext.datasets.pydantic_json import PydanticJSONDataset

__all__ = [
    "CSVDataset",
    "CheckpointDataset",
    "HTMLDataset",
    "HandleDataset",
    "JSONDataset",
    "KerasModelDataset",
    "NPZDataset",
    "OptionalCSVDataset",
    "PNGDataset",
    "PNGFolderDataset",
    "ParquetDataset",
    "PartitionedDataset",
    "PydanticJSONDataset",
    "RecordsDataset",
    "TextDataset",
]
