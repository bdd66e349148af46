"""Blocks of the docs that are generated from registries and from the import contract.

A block lies between `<!-- NAME: ... -->` and `<!-- NAME: end -->`. `python -m tests.docs` writes all of them;
`test_generated.py` compares.
"""

import re
import tomllib
from collections.abc import Callable

from standin.experiments.arms import ARMS
from standin.models.pixel_classifiers import PIXEL_CLASSIFIERS
from tests.conftest import ROOT


def arms_table() -> str:
    """One row for each arm of the registry."""
    lines = ["| arm | trained on | needs | question |", "| --- | --- | --- | --- |"]
    for arm in ARMS.values():
        needs = ", ".join(f"`{name}`" for name in sorted(arm.requires))
        lines.append(f"| `{arm.key}` | {arm.description} | {needs} | {arm.question or ''} |")
    return "\n".join(lines)


def pixel_classifiers_table() -> str:
    """One row for each classifier on pixels."""
    rows = [f"| `{name}` | {(build.__doc__ or '').rstrip('.')} |" for name, build in PIXEL_CLASSIFIERS.items()]
    return "\n".join(["| classifier | how it predicts |", "| --- | --- |", *rows])


def layers() -> list[list[str]]:
    """The layers of the import contract, from the top, each with its packages, without the name of the root."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (contract,) = (c for c in contracts if c["type"] == "layers")
    root = (contract.get("containers") or ["standin"])[0]
    names = [re.split(r"\s*[|:]\s*", layer) for layer in contract["layers"]]
    return [[name.strip("() ").removeprefix(f"{root}.") for name in layer] for layer in names]


def layer_diagram() -> str:
    """A Mermaid graph: a box for each layer, and an arrow to the next one below, which it may import."""
    rows = layers()
    boxes = [f'    layer{i}["{" · ".join(row)}"]' for i, row in enumerate(rows)]
    arrows = [f"    layer{i} --> layer{i + 1}" for i in range(len(rows) - 1)]
    return "\n".join(["```mermaid", "graph TD", *boxes, *arrows, "```"])


BLOCKS: dict[tuple[str, str], Callable[[], str]] = {
    ("docs/arms.md", "arms"): arms_table,
    ("docs/arms.md", "pixel_classifiers"): pixel_classifiers_table,
    ("docs/code_layout.md", "layers"): layer_diagram,
}
"""(page, name of the block) -> what writes it."""


def split(page: str, name: str) -> tuple[str, str, str]:
    """A page before, in and after a block."""
    found = re.fullmatch(rf"(.*<!-- {name}: [^\n]*-->\n)(.*?)(<!-- {name}: end -->.*)", page, re.DOTALL)
    assert found, f"there is no block {name!r}"
    before, block, after = found.groups()
    return before, block.strip("\n"), after


def write() -> None:
    """Writes every block into its page."""
    for (path, name), make in BLOCKS.items():
        before, _, after = split((ROOT / path).read_text(), name)
        (ROOT / path).write_text(f"{before}{make()}\n{after}")
