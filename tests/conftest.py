"""Fixtures that several test files share."""

import functools
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Tests run in two processes: threads of one that wait in a loop for their turn take the other's core.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("DO_NOT_TRACK", "1")  # Kedro's telemetry, which would wait for an answer

import numpy as np
import pytest
from benchmarks.interruption import copy_project as copy_configuration
from kedro.framework.startup import bootstrap_project

from standin.settings import Session

ROOT = Path(__file__).parents[1]
PIPELINES = ("digits", "mnist", "cifar", "color_mnist", "galaxies", "few")


@pytest.fixture
def rng() -> np.random.Generator:
    """The same draws for each test, whatever was tested before."""
    return np.random.default_rng(0)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project's configuration in an empty folder, which is the working directory."""
    monkeypatch.chdir(copy_project(tmp_path))
    return tmp_path


TAKE_LONG = ("test_custom_data.py", "test_generative_models.py", "test_players.py", "test_supervised.py")
"""Half a minute and more, by `pytest --durations=30`."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several processes, the tests of a file go to one of them, and all that share the finished runs to the same.

    What takes longest comes first, since it would be waited for at the end: what shares the finished runs, then the
    long files, then those with many tests.
    """
    tests = Counter(item.path for item in items)
    finished = {item.path for item in items if "finished" in getattr(item, "fixturenames", ())}

    def place(item: pytest.Item) -> tuple[bool, bool, int, str]:
        return item.path not in finished, item.path.name not in TAKE_LONG, -tests[item.path], str(item.path)

    items.sort(key=place)
    for item in items:
        item.add_marker(pytest.mark.xdist_group("finished" if item.path in finished else str(item.path)))


def copy_project(folder: Path) -> Path:
    """Everything that a run reads but the package itself, which is installed; and an empty MLflow store."""
    copy_configuration(folder)
    (folder / "data/test_mlflow.db").write_bytes(_mlflow_store())
    return folder


@functools.cache
def _mlflow_store() -> bytes:
    """An empty store: MLflow takes seconds to make its tables, in every project anew."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    with tempfile.TemporaryDirectory() as folder:
        SqlAlchemyStore(f"sqlite:///{folder}/mlflow.db", folder).engine.dispose()
        return (Path(folder) / "mlflow.db").read_bytes()


def run(folder: Path, pipeline: str, env: str = "test", **arguments: object) -> None:
    """`kedro run --pipelines=<pipeline> --env=<env>` in this process; `folder` must be the working directory."""
    bootstrap_project(folder)
    params = arguments.pop("params", None)
    with Session.create(project_path=folder, env=env, runtime_params=params) as session:
        session.run(pipeline_names=[pipeline], **arguments)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Data set -> folder of a project in which its pipeline has run with `--env=test`: once for all tests."""
    folder = copy_project(tmp_path_factory.mktemp("finished"))
    shutil.copy(ROOT / "tests/fixtures/parameters_few.yml", folder / "conf/base")
    before = Path.cwd()
    os.chdir(folder)
    try:
        for pipeline in PIPELINES:
            run(folder, pipeline)
    finally:
        os.chdir(before)
    return dict.fromkeys(PIPELINES, folder)


@pytest.fixture
def finished_digits(finished: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the finished run of digits, which is the working directory."""
    monkeypatch.chdir(finished["digits"])
    bootstrap_project(finished["digits"])
    return finished["digits"]
