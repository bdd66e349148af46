"""MLflow's store, and how outputs are logged."""

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import OperationalError

from standin.core.errors import InputError
from standin.kedro_ext.mlflow.kinds import curve_name, digest
from standin.kedro_ext.mlflow.store import database_of, opened
from tests.conftest import _mlflow_store


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A store with an experiment and a run of a project in another folder."""
    path = tmp_path / "mlflow.db"
    path.write_bytes(_mlflow_store())
    client = MlflowClient(f"sqlite:///{path}")
    experiment = client.create_experiment("standin", "file:///old/project/artifacts")
    client.create_run(experiment)
    client.create_logged_model(experiment, name="oracle")
    return path


def test_a_copied_project_does_not_write_into_the_former_folder(database: Path) -> None:
    with opened(database, "standin", "file:///new/artifacts"):
        pass
    client = MlflowClient(f"sqlite:///{database}")
    experiment = client.get_experiment_by_name("standin")
    assert experiment is not None and experiment.artifact_location == "file:///new/artifacts"
    (run,) = client.search_runs([experiment.experiment_id])
    assert run.info.artifact_uri == f"file:///new/artifacts/{run.info.run_id}/artifacts"
    (model,) = client.search_logged_models([experiment.experiment_id])
    assert model.artifact_location == f"file:///new/artifacts/models/{model.model_id}/artifacts"
    new = client.create_run(experiment.experiment_id)
    assert new.info.artifact_uri.startswith("file:///new/artifacts/")


def test_other_experiments_in_the_store_keep_their_artifacts(database: Path) -> None:
    client = MlflowClient(f"sqlite:///{database}")
    other = client.create_experiment("other", "file:///elsewhere")
    with opened(database, "standin", "file:///new/artifacts"):
        pass
    assert client.get_experiment(other).artifact_location == "file:///elsewhere"


def test_the_store_of_a_project_that_stays_is_not_changed(database: Path) -> None:
    before = database.read_bytes()
    with opened(database, "standin", "file:///old/project/artifacts"):
        pass
    assert database.read_bytes() == before


def test_a_damaged_store_is_one_sentence_with_a_remedy(database: Path) -> None:
    database.write_bytes(b"no database at all" * 100)
    with pytest.raises(InputError, match=r"mlflow.db cannot be read \(file is not a database\): move it away"):
        opened(database, "standin", "file:///new").__enter__()


def test_errors_of_the_database_are_told_from_others(database: Path) -> None:
    with pytest.raises(InputError, match="move it away"), opened(database, "standin", None):
        raise OperationalError("select 1", None, Exception("no such column: x"))
    with pytest.raises(OperationalError), opened(database, "standin", None):
        raise OperationalError("select 1", None, Exception("database or disk is full"))
    with pytest.raises(MlflowException), opened(database, "standin", None):
        raise MlflowException("no such run")


def test_only_one_process_at_a_time_opens_it(database: Path) -> None:
    from filelock import FileLock

    with opened(database, "standin", None), pytest.raises(TimeoutError):
        FileLock(database.parent / ".mlflow.db.lock").acquire(timeout=0)


def test_an_empty_database_is_left_to_mlflow(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "mlflow.db")), opened(tmp_path / "mlflow.db", "standin", "file:///new"):
        pass


@pytest.mark.parametrize(
    ("uri", "path"), [("sqlite:////a/b.db", Path("/a/b.db")), ("http://localhost:5000", None), (None, None)]
)
def test_only_databases_in_files_have_a_path(uri: str | None, path: Path | None) -> None:
    assert database_of(uri) == path


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("generator_loss", "loss/generator"),
        ("loss", "loss/loss"),
        ("discriminator_on_real", "training/discriminator_on_real"),
        ("loss_weight", "training/loss_weight"),
    ],
)
def test_curves_are_grouped(column: str, name: str) -> None:
    assert curve_name(column) == name


def test_a_digest_tells_arrays_apart() -> None:
    images = np.arange(20_000 * 3).reshape(20_000, 3)
    changed = images.copy()
    changed[-1, -1] += 1
    digests = [digest({"images": array, "n": np.array(3)}) for array in (images, images.copy(), changed)]
    assert digests[0] == digests[1] != digests[2]
    assert digest({"images": images}) != digest({"labels": images})
