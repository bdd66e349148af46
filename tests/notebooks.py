"""Strips the outputs of notebooks, and says by its exit status whether there were any: a pre-commit hook.

python -m tests.notebooks notebooks/compare.ipynb
"""

import sys
from pathlib import Path

import nbformat


def strip(path: Path) -> bool:
    """Removes outputs and execution counts in place; True if there were any."""
    notebook = nbformat.read(path, as_version=4)
    found = False
    for cell in notebook.cells:
        if cell.cell_type == "code" and (cell.outputs or cell.execution_count is not None):
            found = True
            cell.outputs, cell.execution_count = [], None
    if found:
        nbformat.write(notebook, path)
    return found


if __name__ == "__main__":
    stripped = [name for name in sys.argv[1:] if strip(Path(name))]
    for name in stripped:
        print(f"stripped outputs of {name}")
    sys.exit(bool(stripped))
