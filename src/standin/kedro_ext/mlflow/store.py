"""MLflow's store, an SQLite database: opened under a lock, reported if it is damaged, moved with its project."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from standin.core.errors import InputError
from standin.io.locks import wait_lock
from standin.kedro_ext.compat import DATABASE_ERRORS

SQLITE = "sqlite:///"
DATABASES = ("sqlite3", "sqlalchemy", "alembic")
"""Packages whose errors are about the database."""


def database_of(uri: str | None) -> Path | None:
    """The file of a tracking URI; None for other kinds of stores."""
    return Path(uri.removeprefix(SQLITE)) if uri and uri.startswith(SQLITE) else None


@contextmanager
def opened(database: Path, experiment: str, artifacts: str | None) -> Iterator[None]:
    """In the block, MLflow may open or create the database: two processes that create it at once would break it.

    Args:
        experiment: name of the MLflow experiment of the project.
        artifacts: URI of the folder of its artifacts. If the store has another folder, the project was moved or copied:
            its runs then refer to the new folder. None: nothing is changed.

    Raises:
        InputError: the file is no database, or is damaged.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    with wait_lock(database.name, database.parent):
        try:
            if database.exists() and artifacts:
                _move(database, experiment, artifacts)
            yield
        except Exception as error:
            package, reason = type(error).__module__.partition(".")[0], str(error).partition("\n")[0]
            if package not in DATABASES or reason.endswith(DATABASE_ERRORS):
                raise
            raise InputError(
                f"MLflow's store {database} cannot be read ({reason}): move it away, and the next run begins a new "
                "one; results in the data folder do not depend on it"
            ) from error


def _move(database: Path, experiment: str, artifacts: str) -> None:
    """MLflow stores absolute paths of artifacts and has no function to change them. The names of its tables and columns
    are not public; a test fails if they change."""
    with closing(sqlite3.connect(database)) as connection, connection:
        tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
        if not {"experiments", "runs", "logged_models"} <= tables:
            return
        stored = "select experiment_id, artifact_location from experiments where name = ? and artifact_location <> ?"
        for identity, former in connection.execute(stored, (experiment, artifacts)).fetchall():
            connection.execute(
                "update experiments set artifact_location = ? where experiment_id = ?", (artifacts, identity)
            )
            for table, column in (("runs", "artifact_uri"), ("logged_models", "artifact_location")):
                connection.execute(
                    f"update {table} set {column} = ? || substr({column}, ?) where experiment_id = ? "
                    f"and substr({column}, 1, ?) = ?",
                    (artifacts, len(former) + 1, identity, len(former), former),
                )
