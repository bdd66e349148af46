"""Tables (Arrow) with a column of image files, as Hugging Face `datasets` writes them; `datasets` is not needed.

The column of images contains the bytes of image files, or structs {bytes, path}. Names of classes are those of the
`ClassLabel` feature in the table's metadata, otherwise the values of the column of labels.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from standin.core.errors import InputError
from standin.core.validation import did_you_mean
from standin.data.encoded import EncodedImages, decoded_source
from standin.data.resizing import Fit
from standin.data.source import Labels, Source

LABEL_NAMES = ("label", "labels", "class", "class_name", "target", "y")
"""Names of a column of labels without metadata."""
UNKNOWN = -1
"""Label of images without one, as `datasets` writes it."""

Features = Mapping[str, Any]
"""Column -> its type, as `datasets` describes it: `{"_type": "ClassLabel", "names": [...]}`."""


class Columns(NamedTuple):
    """Names of columns; None: found by their types and names, and groups only if they are named."""

    image: str | None
    label: str | None
    group: str | None


class Table(NamedTuple):
    """A table that may be larger than memory.

    Attributes:
        schema: `pyarrow.Schema`.
        n_rows: number of rows.
        batches: called with the names of columns, for each pass over their `pyarrow.RecordBatch`es, in one order.
    """

    schema: Any
    n_rows: int
    batches: Callable[[list[str]], Iterator[Any]]


def table_source(
    tables: dict[str, Table],
    where: str,
    columns: Columns,
    side: int | None,
    fit: Fit,
    labels: Labels,
    features: Features | None = None,
) -> Source:
    """The images of tables.

    Args:
        tables: split -> its table.
        where: name of the data in error messages.
        columns: which to read.
        side, fit, labels: as for `standin.data.images.read_images`.
        features: known from elsewhere; None: those in the metadata of the tables.

    Raises:
        InputError: a column is missing or has values of another kind, or an image cannot be read.
    """
    schema = next(iter(tables.values())).schema
    features = features or _features(schema)
    image = _image_column(schema, features, columns.image, where)
    label = _label_column(schema, features, columns.label, where)
    values = {name: _values(table, label, where) if label else None for name, table in tables.items()}
    numbers, class_names = _numbered(values, features.get(label or "", {}).get("names"), f"{where}: column {label!r}")
    notes = []
    if labels == "required":
        for name in [n for n, column in numbers.items() if column is None and len(numbers) > 1 and n != "train"]:
            tables = {other: table for other, table in tables.items() if other != name}
            notes.append(f"The {name} images have no labels and were left out.")
    splits = {
        name: EncodedImages(
            names=[f"{name} row {place:,}" for place in range(table.n_rows)],
            contents=lambda table=table: _contents(table, image, where),  # type: ignore[misc]
            labels=numbers[name],
            groups=None if columns.group is None else _values(table, columns.group, where),
        )
        for name, table in tables.items()
    }
    return decoded_source(splits, class_names, where, side, fit, labels, notes)


def first_image(table: Table, column: str | None, where: str) -> bytes:
    """The first image file of a table; arguments as for `table_source`."""
    return next(_contents(table, _image_column(table.schema, _features(table.schema), column, where), where))


def _features(schema: Any) -> Features:
    """From the metadata that `datasets` writes; empty if there is none."""
    try:
        return json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
    except (KeyError, ValueError, TypeError):
        return {}


def _image_column(schema: Any, features: Features, given: str | None, where: str) -> str:
    import pyarrow as pa

    def contains_bytes(kind: Any) -> bool:
        if pa.types.is_struct(kind):
            return kind.get_field_index("bytes") >= 0 and contains_bytes(kind.field("bytes").type)
        return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)

    possible = [field.name for field in schema if contains_bytes(field.type)]
    if given is not None:
        if given not in possible:
            raise InputError(f"{where}: there is no column of image files {given!r}{did_you_mean(given, possible)}")
        return given
    named = [name for name in possible if features.get(name, {}).get("_type") == "Image"] or possible
    if not named:
        names = ", ".join(schema.names) or "none"
        raise InputError(f"{where}: a column must contain image files (bytes, or structs with bytes), got {names}")
    return _only(named, "image", where)


def _label_column(schema: Any, features: Features, given: str | None, where: str) -> str | None:
    if given is not None:
        if given not in schema.names:
            raise InputError(f"{where}: there is no column {given!r}{did_you_mean(given, schema.names)}")
        return given
    labels = [name for name in schema.names if features.get(name, {}).get("_type") == "ClassLabel"]
    named = labels or [name for name in schema.names if name.lower() in LABEL_NAMES]
    return _only(named, "label", where) if named else None


def _only(names: list[str], argument: str, where: str) -> str:
    if len(names) > 1:
        raise InputError(f"{where}: {argument} must name one of the columns {' and '.join(names)}")
    return names[0]


def _values(table: Table, column: str, where: str) -> np.ndarray:
    """(n,) values of a column: int64, or text; a missing number is `UNKNOWN`, a missing text is empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if column not in table.schema.names:
        raise InputError(f"{where}: there is no column {column!r}{did_you_mean(column, table.schema.names)}")
    kind = table.schema.field(column).type
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    if not (pa.types.is_integer(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        raise InputError(f"{where}: column {column!r} must contain integers or text, got {kind}")
    to, missing = (pa.int64(), UNKNOWN) if pa.types.is_integer(kind) else (pa.string(), "")
    batches = [pc.fill_null(batch.column(0).cast(to), missing) for batch in table.batches([column])]
    values = pa.chunked_array(batches, to).to_numpy()
    return values if pa.types.is_integer(kind) else values.astype(str)


def _numbered(
    values: dict[str, np.ndarray | None], names: list[str] | None, where: str
) -> tuple[dict[str, np.ndarray | None], list[str]]:
    """Labels 0, 1, ... of each split, None if none of its images has one; and the names of these classes."""
    given: dict[str, np.ndarray] = {}
    for split, column in values.items():
        if column is None:
            continue
        n = int((column == (UNKNOWN if column.dtype.kind == "i" else "")).sum())
        if 0 < n < len(column):
            raise InputError(
                f"{where}: {n:,} of {len(column):,} {split} images have no label; all or none must have one"
            )
        if not n:
            given[split] = column
    if not given:
        return dict.fromkeys(values), []
    found = np.unique(np.concatenate([*given.values()]))
    if names is None or found.dtype.kind != "i":
        return {split: np.searchsorted(found, given[split]) if split in given else None for split in values}, [
            str(value) for value in found
        ]
    if not 0 <= found[0] <= found[-1] < len(names):
        raise InputError(f"{where}: labels must be 0 to {len(names) - 1}, got {found[0]} to {found[-1]}")
    return {split: given.get(split) for split in values}, names


def _contents(table: Table, column: str, where: str) -> Iterator[bytes]:
    rows = chain.from_iterable(batch.column(0) for batch in table.batches([column]))
    for place, row in enumerate(rows):
        content = row.as_py()
        content = content["bytes"] if isinstance(content, dict) else content
        if content is None:
            raise InputError(f"{where}: the table must contain the bytes of every image, got none in row {place:,}")
        yield content


def opened(path: Path, where: str, open_: Callable[[Path], Any]) -> Any:
    """`open_(path)`.

    Raises:
        InputError: the file is broken.
    """
    import pyarrow as pa

    try:
        return open_(path)
    except (pa.ArrowException, OSError, EOFError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"{where} cannot be read: {path}: {reason}") from error


def read_safely(batches: Iterator[Any], path: Path, where: str) -> Iterator[Any]:
    """The batches of a file.

    Raises:
        InputError: the file is broken.
    """
    while True:
        batch = opened(path, where, lambda _: next(batches, None))
        if batch is None:
            return
        yield batch
