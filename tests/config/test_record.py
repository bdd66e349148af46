"""The record of a run."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

import standin
from standin.config import record
from standin.config.loader import CONFIG_LOADER_ARGS, CompletingConfigLoader
from standin.config.record import (
    COMMAND,
    ENVIRONMENT,
    remember_command,
    remember_environment,
    resolve_defaults,
    run_facts,
)
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def entry() -> dict[str, Any]:
    return CompletingConfigLoader(str(ROOT / "conf"), **CONFIG_LOADER_ARGS)["parameters"]["digits"]


def test_unconfigured_arguments_have_their_defaults(entry: dict[str, Any]) -> None:
    resolved = resolve_defaults(entry)
    gan = resolved["generative_models"]["gan"]
    assert "real_target" not in entry["generative_models"]["gan"]
    assert (gan["real_target"], gan["generator_dropout"], gan["beta_1"]) == (0.9, 0.0, 0.5)
    assert gan["generator_widths"] == entry["generative_models"]["gan"]["generator_widths"]  # as configured
    assert resolved["classifier"]["model"]["dropout"] == 0.3
    assert resolved["classifier"]["steps"] == entry["classifier"]["steps"]
    assert "image_shape" not in gan and "seed" not in gan
    assert json.loads(json.dumps(resolved)) == resolved


def test_everything_else_is_as_configured(entry: dict[str, Any]) -> None:
    def without_defaults(resolved: Any, given: Any) -> Any:
        if not isinstance(given, dict):
            return resolved
        return {key: without_defaults(resolved[key], value) for key, value in given.items()}

    assert without_defaults(resolve_defaults(entry), entry) == entry


def test_facts_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(COMMAND, raising=False)
    assert "command" not in run_facts()
    monkeypatch.setattr("sys.argv", ["/usr/bin/kedro", "run", "--params", "digits.title=A b"])
    monkeypatch.setenv(COMMAND, "")  # restored after the test
    remember_command()
    facts = run_facts()
    assert facts["command"] == "kedro run --params 'digits.title=A b'"
    monkeypatch.setenv(ENVIRONMENT, "")
    remember_environment("seeds")
    assert run_facts()["environment"] == "seeds"
    remember_environment(None)
    assert "environment" not in run_facts()
    assert f"standin {standin.__version__}" in facts["versions"] and "keras " in facts["versions"]


def test_the_commit_states_whether_files_differ_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record.standin, "__file__", str(tmp_path / "elsewhere/standin/__init__.py"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "commit" not in run_facts()
    (tmp_path / "file").write_text("a")
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    for arguments in (("init", "-q"), ("add", "file"), (*identity, "commit", "-qm", "first")):
        subprocess.run(["git", *arguments], check=True)
    head = run_facts()["commit"]
    assert len(head) == 40
    (tmp_path / "file").write_text("b")
    assert run_facts()["commit"] == f"{head} (with uncommitted changes)"
