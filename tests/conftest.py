"""Fixtures that several test files share."""

import os
import shutil
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project's configuration in an empty folder, which is the working directory."""
    monkeypatch.chdir(copy_project(tmp_path))
    return tmp_path


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share the finished runs go to one process, so that the runs are made once."""
    for item in items:
        if "finished" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("finished"))


def copy_project(folder: Path) -> Path:
    """Everything that a run reads but the package itself, which is installed."""
    shutil.copytree(ROOT / "conf", folder / "conf", ignore=shutil.ignore_patterns("local"))
    shutil.copytree(ROOT / "tests" / "fixtures", folder / "tests" / "fixtures")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for empty in ("src", "conf/local", "data"):
        (folder / empty).mkdir(parents=True)
    return folder


def run(folder: Path, pipeline: str, env: str = "test", **arguments: object) -> None:
    """`kedro run --pipelines=<pipeline> --env=<env>` in this process; `folder` must be the working directory."""
    bootstrap_project(folder)
    params = arguments.pop("params", None)
    with KedroSession.create(project_path=folder, env=env, runtime_params=params) as session:
        session.run(pipeline_names=[pipeline], **arguments)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Data set -> folder of a project in which its pipeline has run with `--env=test`: once for all tests."""
    folder = copy_project(tmp_path_factory.mktemp("finished"))
    before = Path.cwd()
    os.chdir(folder)
    try:
        for pipeline in ("digits", "mnist", "cifar"):
            run(folder, pipeline)
    finally:
        os.chdir(before)
    return {"digits": folder, "mnist": folder, "cifar": folder}
