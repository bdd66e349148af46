"""One sentence for an error that the user can correct, whatever raised or wraps it."""

import errno

from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from standin.core.errors import InputError

FULL, FORBIDDEN = (errno.ENOSPC, errno.EDQUOT, errno.EROFS), (errno.EACCES, errno.EPERM)
RESULTS = "the results' folder"


def user_message(error: BaseException | None, database_errors: tuple[str, ...] = ()) -> str | None:
    """A sentence if an error or one of its causes is wrong input, invalid YAML, a full disk or a file without
    permission; None for other errors.

    Args:
        database_errors: endings of messages of database errors that a full disk causes.
    """
    while error is not None:
        if (sentence := _sentence(error, database_errors)) is not None:
            return sentence
        error = error.__cause__
    return None


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
