"""Markdown is readable in a diff and in a terminal, its links lead somewhere, and what it names exists."""

import importlib.util
import re
from pathlib import Path

import pytest
from kedro.framework.project import pipelines
from kedro.framework.startup import bootstrap_project

from tests.conftest import ROOT
from tests.docs import PAGES

WIDTH = 100
LINK = re.compile(r"\[(?:[^\]]*)\]\(([^)\s]+)\)")
UNBREAKABLE = re.compile(r"\S*`[^`]*`\S*|\S*\[[^\]]*\]\([^)]*\)\S*|\S+")
HISTORY = ROOT / "CHANGELOG.md"


def prose(page: Path) -> list[tuple[int, str]]:
    """Numbered lines outside fenced blocks."""
    lines, fenced = [], False
    for number, line in enumerate(page.read_text().splitlines(), start=1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            lines.append((number, line))
    return lines


def anchors(page: Path) -> set[str]:
    """What links to the headings of a page end with, as GitHub makes them."""
    headings = [line.lstrip("#").strip() for _, line in prose(page) if re.match(r"#+ ", line)]
    return {re.sub(r"[^\w\- ]", "", re.sub(r"`", "", heading)).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_prose_is_wrapped(page: Path) -> None:
    """Tables, images and headings cannot be broken; nor can a single piece of inline code, or a single link."""
    whole = ("|", "!", "#", "<!--")
    long = [
        f"{number}: {line[:60]}..."
        for number, line in prose(page)
        if len(line) > WIDTH and not line.lstrip().startswith(whole) and len(UNBREAKABLE.findall(line)) > 2
    ]
    assert page == HISTORY or not long, long


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    dead = []
    for number, line in prose(page):
        for link in LINK.findall(line):
            if link.startswith(("http://", "https://")):
                continue
            path, _, anchor = link.partition("#")
            there = (page.parent / path).resolve() if path else page
            if not there.exists() or (anchor and anchor not in anchors(there)):
                dead.append(f"{number}: {link}")
    assert not dead, dead


@pytest.mark.parametrize("page", [p for p in PAGES if p != HISTORY], ids=lambda p: p.relative_to(ROOT).as_posix())
def test_files_modules_and_commands_exist(page: Path) -> None:
    text = page.read_text()
    folders = "src|tests|conf/base|conf/test|docs|benchmarks|notebooks"
    paths = re.findall(rf"(?<![\w/.])(?:{folders})/[\w/.-]*\w\.(?:py|yml|md|ipynb|json)", text)
    missing = [path for path in paths if not (ROOT / path).exists() and "_mine" not in path]
    missing += [p for p in re.findall(r"(?<![\w/.])standin/[\w/]+\.py", text) if not (ROOT / "src" / p).exists()]
    missing += [name for name in re.findall(r"\bstandin(?:\.[a-z_]\w*)+(?:\.[A-Z]\w+)?", text) if not _exists(name)]
    missing += [m for m in re.findall(r"python -m (benchmarks\.\w+|tests\.\w+)", text) if not _module(m)]
    assert not missing, missing


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_tests_that_are_named_exist(page: Path) -> None:
    wrong = []
    for path, expression in re.findall(r"pytest (tests/[\w/]+\.py)(?: -k (\"[^\"]+\"|\w+))?", page.read_text()):
        names = re.findall(r"def (test_\w+)", (ROOT / path).read_text())
        for word in re.findall(r"\w+", expression.replace(" or ", " ")):
            if not any(word in name for name in names):
                wrong.append(f"{path}: {word}")
    assert not wrong, wrong


@pytest.mark.parametrize("page", [p for p in PAGES if p != HISTORY], ids=lambda p: p.relative_to(ROOT).as_posix())
def test_commands_use_the_option_that_kedro_has(page: Path) -> None:
    assert not re.findall(r"--pipeline=\S*", page.read_text())


@pytest.fixture(scope="module")
def node_names() -> set[str]:
    """Names of all nodes without their namespace, including those of models that are disabled by default."""
    bootstrap_project(ROOT)
    return {_local_name(node.name) for pipeline in dict(pipelines).values() for node in pipeline.nodes}


@pytest.mark.parametrize("page", [p for p in PAGES if p != HISTORY], ids=lambda p: p.relative_to(ROOT).as_posix())
def test_nodes_in_commands_exist(page: Path, node_names: set[str]) -> None:
    named = re.findall(r"--(?:from-|to-)?nodes[= ]([\w.,]+)", page.read_text())
    missing = [node for nodes in named for node in nodes.split(",") if _local_name(node) not in node_names]
    assert not missing, missing


def test_the_readme_fits_two_screens_and_holds_the_test_command_once() -> None:
    lines = (ROOT / "README.md").read_text().splitlines()
    assert len(lines) <= 100
    assert len([line for line in lines if re.match(r"pip install -e .*&& pytest.*$", line)]) == 1


def _local_name(node: str) -> str:
    """A node's name within its data set or experiment: `train_oracle`, `sample_quality.collect_results`."""
    parts = node.split(".")
    return ".".join(parts[2:] or parts[1:])


def _module(name: str) -> bool:
    """Whether a module or package exists; imports only its parents."""
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _exists(name: str) -> bool:
    """Whether a dotted name is a module, or a name that its module defines, imports or registers by entry point."""
    if _module(name) or name in ENTRY_POINTS:
        return True
    module, _, last = name.rpartition(".")
    spec = importlib.util.find_spec(module) if _module(module) else None
    return bool(spec and spec.origin and re.search(rf"\b{last}\b", Path(spec.origin).read_text()))


ENTRY_POINTS = {"standin.models", "standin.metrics", "standin.classifiers", "standin.data"}
"""Groups of entry points are dotted names too."""
