"""A data set folder of Hugging Face: one that `save_to_disk` wrote (Arrow files), or Parquet files with a README.md, as
downloaded from the hub. `datasets` is not needed.

Splits are those of the folder: `train`, `validation` (or `val` or `valid`) and `test`; a single one of any name is
`train`, others are left out.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from standin.core.errors import InputError
from standin.data.image_folder import SPLITS
from standin.data.parquet import parquet_table
from standin.data.resizing import Fit
from standin.data.source import Labels, Source
from standin.data.tables import Columns, Features, Table, opened, read_safely, table_source

SPLIT_OF = {name: split for split, names in SPLITS.items() for name in names}
SHARD = re.compile(r"(.+?)-\d+-of-\d+")
"""Name of a Parquet file that is one of several of a split."""


def load(
    path: str | os.PathLike[str],
    side: int | None = None,
    fit: Fit = "pad",
    image: str | None = None,
    label: str | None = None,
    group: str | None = None,
    labels: Labels = "required",
) -> Source:
    """The images of the data set in the folder `path`; arguments as for `standin.data.parquet.load`.

    Raises:
        InputError: the folder contains no such data set, a file is broken, or a column is missing.
    """
    folder = Path(path)
    where = f"data set folder {folder}"
    columns = Columns(image, label, group)
    features = None if is_arrow(folder) else _card_features(folder, where)
    tables, notes = open_tables(folder, where)
    source = table_source(tables, where, columns, side, fit, labels, features)
    return source._replace(notes=(*notes, *source.notes))


def open_tables(folder: Path, where: str) -> tuple[dict[str, Table], list[str]]:
    """The table of each split of the data set in a folder, and a sentence on splits that are left out.

    Raises:
        InputError: the folder contains no such data set, or a file is broken.
    """
    if is_arrow(folder):
        files, open_ = _arrow_files(folder, where), arrow_table
    elif is_parquet(folder):
        files, open_ = _parquet_files(folder, where), parquet_table
    else:
        raise InputError(f"{where} must contain dataset_info.json, dataset_dict.json or Parquet files")
    chosen, notes = _standard_splits(files, where)
    return {split: open_(listed, where) for split, listed in chosen.items()}, notes


def is_arrow(folder: Path) -> bool:
    """Whether `save_to_disk` wrote the folder."""
    return any((folder / name).is_file() for name in ("dataset_dict.json", "state.json"))


def is_parquet(folder: Path) -> bool:
    """Whether the folder contains Parquet files."""
    return next(_visible_parquet(folder), None) is not None


def _visible_parquet(folder: Path) -> Iterator[Path]:
    """Files in hidden folders, such as .cache, do not count."""
    files = folder.rglob("*.parquet")
    return (f for f in files if not any(part.startswith(".") for part in f.relative_to(folder).parts))


def _standard_splits(files: dict[str, list[Path]], where: str) -> tuple[dict[str, list[Path]], list[str]]:
    """The splits that are read, and a sentence on others."""
    if len(files) == 1:
        return {"train": next(iter(files.values()))}, []
    known: dict[str, list[Path]] = {}
    for name, listed in files.items():
        if (split := SPLIT_OF.get(name)) in known:
            raise InputError(f"{where} must have one split of {split} images, got {' and '.join(files)}")
        if split:
            known[split] = listed
    if "train" not in known:
        raise InputError(f"{where} must have a split train, got {', '.join(sorted(files))}")
    others = sorted(set(files) - set(SPLIT_OF))
    order = [split for split in SPLITS if split in known]
    return {split: known[split] for split in order}, [f"Left out: the splits {', '.join(others)}."] if others else []


def _arrow_files(folder: Path, where: str) -> dict[str, list[Path]]:
    """Split -> its Arrow files. Others in these folders, which `datasets` caches there, are not read."""
    listed = folder / "dataset_dict.json"
    names = _json(listed, where)["splits"] if listed.is_file() else [""]
    return {
        name or "train": [
            folder / name / data["filename"] for data in _json(folder / name / "state.json", where)["_data_files"]
        ]
        for name in names
    }


def _json(path: Path, where: str) -> Any:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise InputError(f"{where}: {path.name} cannot be read: {error}") from error


def arrow_table(files: list[Path], where: str) -> Table:
    """The rows of Arrow files, which are memory-mapped.

    Raises:
        InputError: a file is missing or broken.
    """
    import pyarrow as pa

    def stream(file: Path) -> Any:
        return opened(file, where, lambda path: pa.ipc.open_stream(pa.memory_map(str(path))))

    def batches(columns: list[str]) -> Iterator[Any]:
        for file in files:
            yield from (batch.select(columns) for batch in read_safely(iter(stream(file)), file, where))

    n_rows = sum(batch.num_rows for batch in batches([]))
    return Table(stream(files[0]).schema, n_rows, batches)


def _parquet_files(folder: Path, where: str) -> dict[str, list[Path]]:
    """Split -> its Parquet files: the split is in the name of the file (`train-00000-of-00002.parquet`) or folder."""
    splits: dict[str, list[Path]] = {}
    configurations = set()
    for file in sorted(_visible_parquet(folder)):
        shard = SHARD.fullmatch(file.stem)
        parent = file.parent
        if shard or file.stem in SPLIT_OF:
            split = shard[1] if shard else file.stem
        elif parent != folder and parent.name in SPLIT_OF:
            split, parent = parent.name, parent.parent
        else:
            split = "train"
        splits.setdefault(split, []).append(file)
        configurations.add(parent)
    if len(configurations) > 1:
        names = ", ".join(sorted(str(c.relative_to(folder)) for c in configurations))
        raise InputError(f"{where} has several configurations ({names}); give the folder of one of them")
    return splits


def _card_features(folder: Path, where: str) -> Features | None:
    """The features that the README.md states; None if it states none, or those of several configurations."""
    card = folder / "README.md"
    head = card.read_text(encoding="utf-8").split("\n---", 1)[0] if card.is_file() else ""
    try:
        info = (yaml.safe_load(head) or {}).get("dataset_info") if head.startswith("---") else None
    except yaml.YAMLError as error:
        raise InputError(f"{where}: README.md cannot be read: {' '.join(str(error).split())}") from error
    if isinstance(info, list) and len(info) == 1:
        info = info[0]
    if not isinstance(info, dict) or not isinstance(info.get("features"), list):
        return None
    return {feature["name"]: _feature(feature.get("dtype")) for feature in info["features"]}


def _feature(kind: Any) -> dict[str, Any]:
    """The type of a column as the metadata of tables states it."""
    if isinstance(kind, dict) and "class_label" in kind:
        names = kind["class_label"]["names"]
        return {
            "_type": "ClassLabel",
            "names": [str(n) for n in (names.values() if isinstance(names, dict) else names)],
        }
    return {"_type": "Image" if kind == "image" else "Value"}
