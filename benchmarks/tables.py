"""Tables of named tuples as CSV files."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def write(rows: Sequence[Any], file: Path) -> None:
    """A line of names, and one for each of at least one row."""
    with file.open("w", newline="") as opened:
        table = csv.writer(opened)
        table.writerow(rows[0]._fields)
        table.writerows(rows)
