"""`quick` shortens what the complete parameters say, also of data sets that only conf/local defines."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from standin.config.defaults import complete
from standin.config.loader import CONFIG_LOADER_ARGS, CompletingConfigLoader
from standin.config.quick import shortened
from tests.conftest import ROOT

CONF = ROOT / "conf"


@pytest.fixture(scope="module")
def whole() -> dict[str, dict[str, Any]]:
    loader = CompletingConfigLoader(str(CONF), env="base", **CONFIG_LOADER_ARGS)
    return {name: plan.entry for name, plan in loader.plans().items()}


def test_trainings_are_shorter_but_not_below_a_minimum(whole: dict[str, dict[str, Any]]) -> None:
    entry = copy.deepcopy(whole["mnist"])
    entry["oracle"]["steps"], entry["second_classifier"]["steps"] = 80, 301
    short = shortened(entry)
    assert (entry["classifier"]["steps"], short["classifier"]["steps"]) == (400, 120)
    assert (short["oracle"]["steps"], short["pseudo_labeler"]["steps"]) == (80, 100)
    assert short["generative_models"]["latent_diffusion"]["training"]["epochs"] == 3
    assert entry["generative_models"]["latent_diffusion"]["training"]["epochs"] == 10


def test_only_the_question_itself_remains(whole: dict[str, dict[str, Any]]) -> None:
    short = shortened(whole["digits"] | {"classifier_seeds": [3, 4, 5]})
    assert short["arms"] == ["real", "synthetic"]
    assert short["classifier_seeds"] == [3]
    assert short["second_classifier"] is short["real_curve"] is short["epoch_table"] is None


def test_arms_stay_if_a_model_would_have_none(whole: dict[str, dict[str, Any]]) -> None:
    entry = copy.deepcopy(whole["digits"])
    entry["generative_models"]["gan"]["arms"] = ["mixed"]
    assert shortened(entry)["arms"] == entry["arms"]


def test_every_data_set_can_be_rehearsed(whole: dict[str, dict[str, Any]]) -> None:
    loader = CompletingConfigLoader(str(CONF), env="quick", **CONFIG_LOADER_ARGS)
    plans = loader.plans()
    assert plans.keys() == whole.keys()
    assert all(plan.entry["quick"] for plan in plans.values())
    assert loader["globals"] == {"data": "data/quick"}


def test_image_sets_are_used_as_they_are() -> None:
    entry = {
        "quick": True,
        "source": {"_target_": "images", "path": "real"},
        "generative_models": {"theirs": {"images": {"_target_": "images", "path": "theirs"}}},
    }
    (plan,) = complete({"mine": entry}, Path("/")).values()
    assert plan.entry["generative_models"]["theirs"]["arms"] == ["real", "synthetic"]


@pytest.mark.parametrize("env", ["quick", "other"])
def test_data_sets_of_conf_local_exist_in_every_environment(tmp_path: Path, env: str) -> None:
    def write(folder: str, parameters: dict[str, Any]) -> None:
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "parameters.yml").write_text(yaml.safe_dump(parameters))

    source = {"_target_": "images", "path": "real"}
    models = {"gan": {"_target_": "gan"}}
    write("base", {"known": {"source": source, "generative_models": models}})
    write("local", {"mine": {"source": source, "generative_models": models}, "known": {"label_budget": 7}})
    write("quick", {"defaults": {"quick": True}, "mine": {"n_real": 50}})
    (tmp_path / "other").mkdir()
    loader = CompletingConfigLoader(
        str(tmp_path), env=env, runtime_params={"mine": {"n_synthetic": 9}}, **CONFIG_LOADER_ARGS
    )
    entries = {name: plan.entry for name, plan in loader.plans().items()}
    assert entries["mine"]["n_synthetic"] == [9]
    assert entries["mine"]["n_real"] == (50 if env == "quick" else None)
    assert entries["known"]["label_budget"] is None
