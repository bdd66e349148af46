"""The sentence for an error that a person can correct, whoever raised it and whatever wraps it."""

import errno
from collections.abc import Iterator

from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from standin.core.errors import InputError

FULL, FORBIDDEN = (errno.ENOSPC, errno.EDQUOT, errno.EROFS), (errno.EACCES, errno.EPERM)
RESULTS = "the results' folder"
DATABASE_ERRORS = (
    "database or disk is full",
    "attempt to write a readonly database",
    "unable to open database file",
    "database is locked",
)
"""How messages of SQLite, which is MLflow's store, end."""


def user_message(error: BaseException) -> str | None:
    """One sentence if the cause is wrong input, configuration that is not YAML, a full disk, or a file that may not be
    opened; None for any other error."""
    return next((message for cause in _causes(error) if (message := _message(cause)) is not None), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _message(error: BaseException) -> str | None:
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, YAMLError | OmegaConfBaseException):
        return " ".join(str(error).split())
    if isinstance(error, OSError) and error.errno in (*FULL, *FORBIDDEN):
        what = "written to" if error.errno in FULL else "opened"
        return f"{error.filename or RESULTS} cannot be {what}: {error.strerror}"
    if str(error).endswith(DATABASE_ERRORS):
        return f"{RESULTS} cannot be written to: {str(error).rpartition(') ')[2]}"
    return None
