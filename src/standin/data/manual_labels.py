"""Manual labels of generated images: the form to fill in, and its check.

The `sample_id` of a generated image is its position and a hash of its pixels, so that labels are never applied to
images of a later training run.
"""

import csv
import hashlib
import os
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from standin.core.errors import InputError
from standin.data.label_studio import rows_of

SHOWN = 10
"""Faulty lines that are named."""
COLUMNS = ("experiment", "number", "sample_id", "label")


def sample_ids(images: np.ndarray) -> list[str]:
    """One id, such as `17-5f0a9c31`, for each of the images (n, height, width, channels)."""
    digests = (hashlib.blake2b(np.ascontiguousarray(image).data, digest_size=4).hexdigest() for image in images)
    return [f"{position}-{digest}" for position, digest in enumerate(digests)]


def form(experiment: str, images: np.ndarray) -> pd.DataFrame:
    """The table to fill in: one row per image, with an empty `label`."""
    ids = sample_ids(images)
    return pd.DataFrame({"experiment": experiment, "number": range(1, len(ids) + 1), "sample_id": ids, "label": ""})


def experiment_of(path: str | os.PathLike[str]) -> str:
    """The experiment whose images a filled-in table labels.

    Raises:
        InputError: the file cannot be read, lacks a column, or does not name exactly one experiment.
    """
    names = {row["experiment"] for _, row in _read(path)}
    if len(names) != 1:
        raise InputError(f"{os.fspath(path)} must name one experiment, got {', '.join(sorted(names)) or 'none'}")
    return names.pop()


def check(path: str | os.PathLike[str], ids: Sequence[str], class_names: Sequence[str]) -> pd.DataFrame:
    """The labels in a filled-in table: `sample_id`, `label`. Table rows without a label are skipped.

    Args:
        path: of the CSV file.
        ids: of all images that may be labeled.
        class_names: the valid labels.

    Raises:
        InputError: every line, up to `SHOWN`, in which an id or label is unknown, or an image is labeled again; or
            there is no label.
    """
    known, first_line, labels, wrong = set(ids), dict[str, int](), [], list[str]()
    for line, row in _read(path):
        identity, label = row["sample_id"].strip(), _class_named(row["label"], class_names)
        where = f"{os.fspath(path)}, line {line}"
        if identity not in known:
            wrong.append(f"{where}: no generated image {identity!r}; were the images generated again?")
        elif identity in first_line:
            wrong.append(f"{where}: image {identity!r} is already in line {first_line[identity]}")
        elif label and label not in class_names:
            wrong.append(f"{where}: label must be one of {', '.join(class_names)}, or empty, got {label!r}")
        elif label:
            labels.append((identity, label))
        first_line.setdefault(identity, line)
    if wrong:
        more = [f"and {len(wrong) - SHOWN:,} more lines"] if len(wrong) > SHOWN else []
        raise InputError("\n".join([*wrong[:SHOWN], *more]))
    if not labels:
        raise InputError(f"{os.fspath(path)}: no label was filled in")
    return pd.DataFrame(labels, columns=["sample_id", "label"])


def _class_named(label: str, class_names: Sequence[str]) -> str:
    """The class that a cell of the table names, exactly or, if only one class fits, except for surrounding spaces;
    otherwise the text itself, or nothing if it consists of spaces. A spreadsheet may write 1 as 1.0."""
    number = re.fullmatch(r"(\d+)\.0+", label.strip())
    if number and label not in class_names and number[1] in class_names:
        return number[1]
    similar = [label] if label in class_names else [name for name in class_names if name.strip() == label.strip()]
    return similar[0] if len(similar) == 1 else label if label.strip() else ""


def together(earlier: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """Labels of two tables that passed `check`; the later label wins. The earlier table may label images that no longer
    exist, since the same training run would generate them again."""
    both = pd.concat([earlier, labels], ignore_index=True)
    return both.drop_duplicates("sample_id", keep="last", ignore_index=True)


def _read(path: str | os.PathLike[str]) -> list[tuple[int, dict[str, str]]]:
    """(line, table row) of each line that is not empty; of an export of Label Studio, (task, row)."""
    if os.fspath(path).lower().endswith(".json"):
        return rows_of(path)
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            sample = file.readline()
            file.seek(0)
            # A spreadsheet may save with semicolons.
            reader = csv.DictReader(file, delimiter=";" if sample.count(";") > sample.count(",") else ",")
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{os.fspath(path)} cannot be read as CSV: {error}") from error
    if not rows or any(rows[0][1].get(name) is None for name in COLUMNS):
        raise InputError(f"{os.fspath(path)} must have the columns {', '.join(COLUMNS)} and at least one row")
    if longer := [line for line, row in rows if None in row]:
        raise InputError(f"{os.fspath(path)}, line {longer[0]}: there must be one value for each column, got more")
    return [(line, {name: row.get(name) or "" for name in COLUMNS}) for line, row in rows]
