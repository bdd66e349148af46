"""What to tell a person of an error that they can put right, whoever raised it and whatever it was wrapped in."""

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
"""SQLite's words, MLflow's store being one."""


def user_message(error: BaseException) -> str | None:
    """One sentence where an error came of wrong input, of a configuration that is no YAML, of a disk that is full, or
    of a file that may not be opened; None where it did not."""
    return next((told for cause in _causes(error) if (told := _told(cause)) is not None), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _told(error: BaseException) -> str | None:
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
