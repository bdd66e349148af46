"""Pictures of the docs: what is copied is what a run draws."""

from pathlib import Path

import pytest
from benchmarks.pictures import DOCS, FIGURES, GRAPH, TUTORIAL

from tests.conftest import ROOT


def test_each_picture_is_in_the_docs() -> None:
    assert [name for name in (*FIGURES, GRAPH, TUTORIAL) if not (ROOT / DOCS / f"{name}.png").exists()] == []


@pytest.mark.parametrize("data_set", ["digits", "mnist", "color_mnist"])
def test_figures_that_are_copied_are_drawn_by_a_run(finished: dict[str, Path], data_set: str) -> None:
    files = [file for file in FIGURES.values() if file.startswith(f"{data_set}/")]
    assert files
    assert [f for f in files if not (finished[data_set] / "data/test/08_reporting" / f).exists()] == []
