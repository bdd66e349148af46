"""The notebooks run from top to bottom, and are kept without outputs."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.api.test_compare import TINY
from tests.conftest import ROOT

NOTEBOOKS = ROOT / "notebooks"


def run(notebook: Any, folder: Path) -> list[Any]:
    """Its outputs, after a check that no cell failed."""
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": folder}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [o for o in outputs if o.output_type == "error"]
    return outputs


def pictures(outputs: list[Any]) -> int:
    return sum("image/png" in output.get("data", {}) for output in outputs)


def test_experiments_are_compared(finished: dict[str, Path]) -> None:
    notebook = nbformat.read(NOTEBOOKS / "compare.ipynb", as_version=4)
    settings = notebook.cells[1]
    settings.source = settings.source.replace("ENV = None", 'ENV = "test"')
    outputs = run(notebook, finished["digits"])
    # Accuracies; images of each of three models; losses; and those that the sample browser finds.
    assert pictures(outputs) in (5, 6, 7)
    texts = "".join(output.get("text", "") for output in outputs)
    assert "can generated images stand in for real ones?" in texts
    assert "accuracy/synthetic" in outputs[-1]["data"]["text/html"]


def test_images_of_another_generator_are_judged(tmp_path: Path) -> None:
    notebook = nbformat.read(NOTEBOOKS / "own_generator.ipynb", as_version=4)
    settings = notebook.cells[1]
    settings.source = settings.source.replace("PARAMETERS = {}", f"PARAMETERS = {TINY!r}")
    outputs = run(notebook, tmp_path)
    pages = "".join(output.get("data", {}).get("text/html", "") for output in outputs)
    assert "mixture: Replace: " in pages and "kernel_density: Replace: " in pages
    assert "authenticity" in pages and pictures(outputs) == 1
    assert "kernel_density" in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    assert all(not cell.outputs and cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")
