"""The sentence for a person on an error that they can correct, whoever raised it and whatever wraps it."""

import errno
from collections.abc import Iterator

from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from standin.core.errors import InputError

FULL, FORBIDDEN = (errno.ENOSPC, errno.EDQUOT, errno.EROFS), (errno.EACCES, errno.EPERM)
RESULTS = "the results' folder"


def user_message(error: BaseException, database_errors: tuple[str, ...] = ()) -> str | None:
    """One sentence where an error is due to wrong input, to configuration that is not valid YAML, to a full disk, or to
    a file that may not be opened; None for other errors.

    Args:
        database_errors: how errors of a database end where the disk is the cause.
    """
    sentences = (_sentence(cause, database_errors) for cause in _causes(error))
    return next((sentence for sentence in sentences if sentence is not None), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _sentence(error: BaseException, database_errors: tuple[str, ...]) -> str | None:
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, YAMLError | OmegaConfBaseException):
        return " ".join(str(error).split())
    if isinstance(error, OSError) and error.errno in (*FULL, *FORBIDDEN):
        verb = "written to" if error.errno in FULL else "opened"
        return f"{error.filename or RESULTS} cannot be {verb}: {error.strerror}"
    if database_errors and str(error).endswith(database_errors):
        return f"{RESULTS} cannot be written to: {str(error).rpartition(') ')[2]}"
    return None
