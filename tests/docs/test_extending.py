"""Every example of docs/extending.md works.

A section is run from top to bottom in an empty folder: `python file=...` blocks are written there, other Python blocks
are executed, YAML blocks are completed and checked as a run would, with their networks built for real images. All files
of the page form one package, `mylab`, that is installed with the entry points of the TOML block.
"""

import importlib
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from standin.config.defaults import complete
from standin.config.preflight import check_arguments, check_networks
from standin.core import registry
from standin.core.instantiate import arguments_of, resolve_target
from standin.experiments.arms import ARMS
from standin.metrics import METRICS
from tests.conftest import ROOT

PAGE = (ROOT / "docs/extending.md").read_text()
BLOCK = re.compile(r"^```(python|yaml|toml)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTIONS = {part.partition("\n")[0].strip(): part for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]}
EXAMPLES = {title: BLOCK.findall(part) for title, part in SECTIONS.items() if BLOCK.search(part)}
MADE_UP = ("mine", "galaxies")
"""Data sets whose files the examples take for granted."""


@pytest.fixture
def mylab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty working directory; the page's own package and its entry points are installed, and forgotten after."""
    site = tmp_path / "site"
    (site / "mylab").mkdir(parents=True)
    (site / "mylab/__init__.py").touch()
    for _, file, text in BLOCK.findall(PAGE):
        if file:
            (site / file).write_text(text)
    (points,) = (tomllib.loads(text) for language, _, text in BLOCK.findall(PAGE) if language == "toml")
    info = site / "mylab-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mylab\nVersion: 0.1\n")
    groups = points["project"]["entry-points"].items()
    (info / "entry_points.txt").write_text(
        "\n".join(f"[{group}]\n" + "\n".join(f"{k} = {v}" for k, v in named.items()) for group, named in groups)
    )
    monkeypatch.syspath_prepend(site)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    importlib.invalidate_caches()
    arms, metrics = dict(ARMS), dict(METRICS)
    _forget()
    yield tmp_path / "work"
    for known, before in ((ARMS, arms), (METRICS, metrics)):
        known.clear()
        known.update(before)
    _forget()


def _forget() -> None:
    registry.plug_ins.cache_clear()
    registry.allowed_packages.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == "mylab"]:
        del sys.modules[name]


@pytest.mark.parametrize("title", EXAMPLES)
def test_the_examples_of_a_section_work(mylab: Path, title: str) -> None:
    names: dict[str, object] = {}
    for language, file, text in EXAMPLES[title]:
        if language == "yaml":
            check_configuration(text, mylab)
        elif file:
            importlib.import_module(file.removesuffix(".py").replace("/", "."))
        elif language == "python":
            exec(compile(text, f"{title} in docs/extending.md", "exec"), names)


def check_configuration(text: str, folder: Path) -> None:
    """A run would accept the parameters; networks can be built for the data set's images."""
    raw = yaml.safe_load(text)
    for name, entry in raw.items():
        if name in MADE_UP:
            base = ROOT / f"conf/base/parameters_{name}.yml"
            if base.exists():
                raw[name] = {**yaml.safe_load(base.read_text())[name], **entry}
        plan = complete({name: raw[name]}, folder)[name]
        check_arguments(name, plan.entry)
        if name == "mine":
            _make_folder(folder / "data/01_raw/mine")
        if name != "galaxies":
            target, arguments = arguments_of(plan.entry["source"])
            source = resolve_target(target)(**arguments)
            check_networks(name, plan.entry, {**source.splits["train"], "class_names": np.array(source.class_names)})


def _make_folder(folder: Path) -> None:
    rng = np.random.default_rng(0)
    for kind in ("cat", "dog"):
        (folder / kind).mkdir(parents=True)
        for i in range(12):
            Image.fromarray(rng.integers(0, 255, (8, 8), np.uint8)).save(folder / kind / f"{i}.png")


def test_pools_of_the_arm_example_are_trained_one_after_the_other(mylab: Path) -> None:
    pool = resolve_target("mylab.real_then_synthetic.real_then_synthetic")
    images, labels = np.zeros((4, 8, 8, 1), np.uint8), np.array([0, 1, 0, 1])
    real = {"images": images, "labels": labels, "image_ids": np.arange(4), "class_names": np.array(["a", "b"])}
    generated = {
        "images": images[:2],
        "labels": labels[:2],
        "is_manual": np.zeros(2, bool),
        "made_from": np.array("train"),
        "label_source": np.array("condition"),
        "label_image_ids": np.arange(4),
    }
    assert [len(y) for _, y in pool(real, generated).pools] == [4, 2]


def test_every_section_but_bash_ones_has_an_example() -> None:
    assert set(SECTIONS) - set(EXAMPLES) == {"A model trained elsewhere"}
