"""Keeps messages of other libraries, which are no errors, out of the terminal."""

import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from standin.core.errors import InputError

STDERR = 2
IGNORED = (
    ".*Add type hints to the `predict` method",  # kedro-mlflow defines a model class without them, also in a worker
    "register_new_resolver",  # deprecated by omegaconf 2.4, used by Kedro 1.7
    "Option '--pipeline' is deprecated",  # both names of the option are meant to work
    "One or more dataset names contain '.'",  # names in namespaces do, by Kedro's own convention
)
"""Beginnings of warnings of other libraries about themselves."""


def ignore_known_messages() -> None:
    """Sets what can be set before other libraries are imported."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # oneDNN, and GPUs that a machine does not have
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")  # a new database
    # Like Kedro's (`.telemetry`): it sends usage data from threads that the end of the process waits for.
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    for beginning in IGNORED:
        warnings.filterwarnings("ignore", message=beginning)


@contextmanager
def only_own_messages() -> Iterator[TextIO]:
    """Yields the standard error; what else is written there is shown only if an unexpected error is raised.

    TensorFlow writes from C++, before any setting is read, so that the file descriptor is replaced.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    real = os.dup(STDERR)
    with tempfile.TemporaryFile("w+b") as others, open(real, "w", closefd=False, encoding="utf-8") as messages:
        os.dup2(others.fileno(), STDERR)
        try:
            yield messages
        except (InputError, KeyboardInterrupt):
            raise
        except BaseException:
            others.seek(0)
            messages.write(others.read().decode(errors="replace"))
            raise
        finally:
            messages.flush()
            sys.stderr.flush()
            os.dup2(real, STDERR)
            os.close(real)
