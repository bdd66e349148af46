"""Tables and diagrams in the docs say what registries and contracts say."""

import re

import pytest

from standin.experiments.arms import ARMS
from standin.metrics import METRICS
from tests.conftest import ROOT
from tests.docs.generated import BLOCKS, layers, split


@pytest.mark.parametrize("block", BLOCKS, ids="/".join)
def test_a_generated_block_is_up_to_date(block: tuple[str, str]) -> None:
    path, name = block
    committed = split((ROOT / path).read_text(), name)[1]
    assert committed == BLOCKS[block](), "run `python -m tests.docs`"


def test_every_package_is_in_a_layer() -> None:
    package = ROOT / "src/standin"
    modules = {p.stem for p in package.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    listed = {name.partition(".")[0] for layer in layers() for name in layer}
    assert listed == modules - {"__init__"}


def test_every_arm_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text()
    assert [key for key in ARMS if not re.search(rf"^\*\*`{key}`\*\*", glossary, re.MULTILINE)] == []


def test_the_table_of_metrics_has_all_that_are_registered_and_no_others() -> None:
    table = split((ROOT / "docs/arms.md").read_text(), "metrics")[1]
    rows = [line.split("|")[1] for line in table.splitlines()[2:]]
    documented = [re.sub("<[^>]*>", "{key}", name) for row in rows for name in re.findall("`([^`]*)`", row)]
    assert sorted(documented) == sorted(METRICS)
