"""The notebook runs on real results, and is kept without outputs."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.conftest import ROOT

NOTEBOOK = ROOT / "notebooks" / "compare.ipynb"


def test_the_notebook_runs_from_top_to_bottom(finished: dict[str, Path]) -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    settings = notebook.cells[1]
    settings.source = settings.source.replace("ENV = None", 'ENV = "test"')
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": finished["digits"]}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [o for o in outputs if o.output_type == "error"]
    pictures = [o for o in outputs if "image/png" in o.get("data", {})]
    assert len(pictures) == 1 + 3 + 3  # verdict; samples and confusion of each of three models


def test_the_notebook_is_kept_without_outputs() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert all(not cell.outputs and cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")
