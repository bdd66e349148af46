"""The configuration from which pipelines are generated."""

import os
from pathlib import Path

import pytest

from standin.config import loader
from standin.config.loader import CONFIG_LOADER_ARGS, CompletingConfigLoader
from tests.conftest import ROOT


@pytest.fixture(autouse=True)
def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "_of_context", None)
    monkeypatch.chdir(ROOT)


def test_pipelines_use_the_environment_and_params_of_the_run() -> None:
    params = {"digits": {"label_budget": 77}}
    of_run = CompletingConfigLoader(str(ROOT / "conf"), env="test", runtime_params=params, **CONFIG_LOADER_ARGS)
    loader.remember(of_run)
    assert loader.data_sets()["digits"]["label_budget"] == 77
    assert loader.data_sets()["digits"]["training"]["epochs"] == 2  # of conf/test
    # Another loader would replace the resolver of globals, and results would be written elsewhere.
    assert of_run["catalog"]["overview"]["filepath"].startswith(f"data{os.sep}test")


def test_without_a_run_conf_base_is_read() -> None:
    assert loader.data_sets()["digits"]["label_budget"] == 200


def test_changes_of_returned_plans_have_no_effect() -> None:
    loader.remember(CompletingConfigLoader(str(ROOT / "conf"), **CONFIG_LOADER_ARGS))
    loader.plans()["digits"].entry["label_budget"] = 5
    assert loader.data_sets()["digits"]["label_budget"] == 200


def test_outside_a_project_loading_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(loader.InputError, match="no Kedro project in or above"):
        loader.data_sets()
