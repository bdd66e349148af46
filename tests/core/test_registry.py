"""Registries contain every model, classifier and source; other packages add to them by entry points."""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from standin import data, models
from standin.config.defaults import complete
from standin.config.loader import CONFIG_LOADER_ARGS, CompletingConfigLoader
from standin.config.preflight import check_arguments
from standin.core import registry
from standin.core.code_digest import code_digests
from standin.core.errors import InputError
from standin.core.instantiate import resolve_target
from standin.data.registry import SOURCES
from standin.data.source import Source
from standin.models.adversarial import Adversarial
from standin.models.registry import CLASSIFIERS, GENERATIVE_MODELS, baseline_of
from standin.training import GenerativeModel
from tests.conftest import ROOT


def public(package: Any) -> Iterator[tuple[str, Any]]:
    """(dotted name, value) of everything public that the modules of a package define."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if getattr(value, "__module__", None) == module.name and not name.startswith("_"):
                yield f"{module.name}.{name}", value


def test_every_generative_model_is_registered() -> None:
    classes = {name for name, value in public(models) if inspect.isclass(value) and issubclass(value, GenerativeModel)}
    assert set(GENERATIVE_MODELS.values()) == classes - {f"{Adversarial.__module__}.Adversarial"}


def test_every_classifier_is_registered() -> None:
    def is_classifier(value: Any) -> bool:
        return inspect.isfunction(value) and [*inspect.signature(value).parameters][:2] == ["image_shape", "n_classes"]

    assert set(CLASSIFIERS.values()) == {name for name, value in public(models) if is_classifier(value)}


def test_every_source_is_registered() -> None:
    returns_source = {
        name
        for name, value in public(data)
        if inspect.isfunction(value) and inspect.signature(value).return_annotation is Source
    }
    helpers = {
        "standin.data.encoded.decoded_source",
        "standin.data.keras_datasets.load_archive",
        "standin.data.source.make_source",
        "standin.data.tables.table_source",
    }
    assert set(SOURCES.values()) == returns_source - helpers


@pytest.mark.parametrize("kind", [GENERATIVE_MODELS, CLASSIFIERS, SOURCES], ids=lambda kind: kind.group)
def test_every_registered_target_exists(kind: registry.Registry) -> None:
    assert all(callable(resolve_target(target)) for target in kind.values())


def test_an_unknown_name_suggests_the_closest() -> None:
    with pytest.raises(InputError, match="no generative model 'DCGANN' is registered; did you mean dcgan"):
        GENERATIVE_MODELS.target("DCGANN")
    assert GENERATIVE_MODELS.target("dcgan") == "standin.models.dcgan.DCGAN"
    assert GENERATIVE_MODELS.target("mylab.flows.RealNVP") == "mylab.flows.RealNVP"


PLUG_IN = """
import numpy as np
from standin.data.source import Source, make_source
from standin.models.class_gaussian import ClassGaussian
from standin.models.cnn import cnn

class Mine(ClassGaussian):
    def __init__(self, image_shape, n_classes: int, seed: int = 0, rank: int | None = 3) -> None:
        super().__init__(image_shape, n_classes, seed, rank)

def mixer(image_shape, n_classes: int, patch: int = 4):
    return cnn(image_shape, n_classes, widths=[patch])

def noise(n: int = 40, seed: int = 0) -> Source:
    images = np.random.default_rng(seed).integers(0, 255, (n, 8, 8), dtype=np.uint8)
    return make_source({"train": (images, np.arange(n) % 2)}, ["even", "odd"], "noise")
"""
ENTRY_POINTS = """
[standin.models]
mine = mylab.things:Mine
[standin.classifiers]
mixer = mylab.things:mixer
[standin.data]
noise = mylab.things:noise
"""


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Another package, installed during a test."""
    (tmp_path / "mylab").mkdir()
    (tmp_path / "mylab/__init__.py").touch()
    (tmp_path / "mylab/things.py").write_text(PLUG_IN)
    info = tmp_path / "mylab-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mylab\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(tmp_path)
    caches = (registry.plug_ins, registry.allowed_packages)
    for cache in caches:
        cache.cache_clear()
    yield tmp_path
    for cache in caches:
        cache.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == "mylab"]:
        del sys.modules[name]


def raw() -> dict[str, Any]:
    loader = CompletingConfigLoader(str(ROOT / "conf"), **CONFIG_LOADER_ARGS)
    return super(CompletingConfigLoader, loader).__getitem__("parameters")


def entry(**arguments: Any) -> dict[str, Any]:
    return {
        "source": {"_target_": "noise", "n": 60},
        "classifier": {"model": {"_target_": "mixer"}},
        "generative_models": {"theirs": {"_target_": "mine", **arguments}},
    }


def test_without_its_entry_points_a_package_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="no data source 'noise' is registered"):
        complete(raw() | {"mine": entry()}, Path("/project"))


def test_another_package_adds_a_model_a_classifier_and_a_source(plug_in: Path) -> None:
    assert GENERATIVE_MODELS["mine"] == "mylab.things.Mine"
    assert CLASSIFIERS["mixer"] == "mylab.things.mixer"
    assert "mylab" not in sys.modules  # nothing is imported before it is used
    assert registry.allowed_packages() == ("standin", "mylab")
    completed = complete(raw() | {"mine": entry()}, Path("/project"))["mine"].entry
    assert completed["source"] == {"_target_": "mylab.things.noise", "n": 60}
    check_arguments("mine", completed)
    source = resolve_target(completed["source"]["_target_"])(n=60)
    assert isinstance(source, Source) and np.shape(source.splits["train"]["images"]) == (60, 8, 8, 1)


def test_its_arguments_are_checked_and_its_code_is_in_the_digest(plug_in: Path) -> None:
    completed = complete(raw() | {"mine": entry(rnak=2)}, Path("/project"))["mine"].entry
    with pytest.raises(InputError, match=r"mylab.things.Mine has no argument 'rnak'; did you mean rank\?"):
        check_arguments("mine", completed)
    digests = code_digests(check_arguments, [completed["generative_models"]])
    assert {"mylab.things", "standin.models.class_gaussian"} <= digests.keys()


def test_a_built_in_name_cannot_be_replaced(plug_in: Path) -> None:
    (plug_in / "mylab-1.0.dist-info/entry_points.txt").write_text("[standin.models]\ngan = mylab.things:Mine\n")
    registry.plug_ins.cache_clear()
    with pytest.raises(InputError, match="entry point 'gan' of standin.models must have another name"):
        GENERATIVE_MODELS.target("gan")


@pytest.mark.parametrize(
    ("disabled", "baseline"),
    [((), "mixture"), (("mixture",), "flat"), (("mixture", "flat"), None)],
)
def test_the_baseline_is_the_most_demanding_enabled_one(disabled: tuple[str, ...], baseline: str | None) -> None:
    targets = {"gan": "gan", "flat": "class_gaussian", "mixture": "class_mixture"}
    entries = {
        name: {"_target_": GENERATIVE_MODELS[target], "enabled": name not in disabled}
        for name, target in targets.items()
    }
    assert baseline_of(entries) == baseline
