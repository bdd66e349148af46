"""Fixtures that several test files share."""

import functools
import os
import re
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
from xdist.scheduler import LoadScopeScheduling

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
USES_FINISHED = re.compile(r"\bfinished(_digits)?: ")


@functools.cache
def uses_finished(file: str) -> bool:
    """Whether a test file has a test with the fixture `finished`, or one built on it."""
    return bool(USES_FINISHED.search((ROOT / file).read_text(encoding="utf-8")))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """With several processes, the tests of a file go to one of them, and all that share the finished runs to the same.

    `--dist=loadgroup` of pytest-xdist 3.8 does not group under pytest 9.2, which ignores the names it changes.
    """

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return "finished" if uses_finished(file) else file

    config.option.loadscopereorder = False  # the order below
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, since it would be waited for at the end: what shares the finished runs, then the
    long files, then those with many tests."""
    tests = Counter(item.path for item in items)

    def place(item: pytest.Item) -> tuple[bool, bool, int, str]:
        finished = uses_finished(str(item.path))
        return not finished, item.path.name not in TAKE_LONG, -tests[item.path], str(item.path)

    items.sort(key=place)


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
