"""Results do not change by accident: every figure of `--env=test` against those that were recorded (`tests.golden`)."""

import json
from pathlib import Path

import pytest

from tests.golden import HERE, figures, mismatches, processor

DATA_SETS = sorted(file.stem for file in HERE.glob("*.json"))
OTHERS = ("small_data", "few_labels")
"""Pipelines that no test runs: `few` has a learning curve, too."""


@pytest.mark.parametrize("data_set", [name for name in DATA_SETS if not name.startswith(OTHERS)])
def test_figures_are_those_that_were_recorded(finished: dict[str, Path], data_set: str) -> None:
    """To the last digit on a processor of the same kind; on others, networks train to other weights: there, the same
    figures must exist, and counts, splits and labels must agree."""
    recorded = json.loads((HERE / f"{data_set}.json").read_text())
    found = figures(finished["digits"] / "data/test", data_set)
    assert mismatches(recorded["figures"], found, exact=recorded["processor"] == processor()) == []
