"""A Parquet file with a column of image files and one of labels (`standin.data.tables`)."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from standin.core.errors import InputError
from standin.data.resizing import Fit
from standin.data.source import Labels, Source
from standin.data.tables import Columns, Table, opened, read_safely, table_source

ROWS, BUFFER = 64, 2**20
"""Images, and bytes of the file, that are read at once."""


def load(
    path: str | os.PathLike[str],
    side: int | None = None,
    fit: Fit = "pad",
    image: str | None = None,
    label: str | None = None,
    group: str | None = None,
    labels: Labels = "required",
) -> Source:
    """The images in the Parquet file at `path`.

    Args:
        path: of the file.
        side, fit, labels: as for `standin.data.images.read_images`.
        image, label: columns; None: found by their types and names.
        group: column; images with the same value, such as a patient, are never separated. None: no groups.

    Raises:
        InputError: the file is missing or broken, or a column is missing.
    """
    if not os.path.isfile(path):
        raise InputError(f"Parquet file {os.fspath(path)} does not exist")
    where = f"Parquet file {os.fspath(path)}"
    tables = {"train": parquet_table([Path(path)], where)}
    return table_source(tables, where, Columns(image, label, group), side, fit, labels)


def parquet_table(files: list[Path], where: str) -> Table:
    """The rows of Parquet files with the same columns, one file after the other.

    Raises:
        InputError: a file is broken.
    """

    def batches(columns: list[str]) -> Iterator[Any]:
        for file in files:
            with _opened(file, where) as parquet:
                yield from read_safely(parquet.iter_batches(ROWS, columns=columns), file, where)

    n_rows = 0
    for file in files:
        with _opened(file, where) as parquet:
            n_rows, schema = n_rows + parquet.metadata.num_rows, parquet.schema_arrow
    return Table(schema, n_rows, batches)


def _opened(file: Path, where: str) -> Any:
    from pyarrow.parquet import ParquetFile

    # Without a buffer size, a whole column of a row group is read into memory.
    return opened(file, where, lambda path: ParquetFile(path, buffer_size=BUFFER, pre_buffer=False))
