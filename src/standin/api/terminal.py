"""What `standin judge` shows while it runs: its own progress, and no messages of other libraries."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TextIO

ERASE = "\r\033[K"
STDERR = 2


@contextmanager
def only_own_messages() -> Iterator[TextIO]:
    """Yields the standard error; what else is written there is shown only if an unexpected error is raised.

    TensorFlow writes from C++, before any setting is read, so that the file descriptor is replaced.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from standin.core.errors import InputError

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


class Progress:
    """One line that is written over in a terminal, a line for each training elsewhere."""

    def __init__(self, messages: TextIO) -> None:
        self.messages, self.in_place = messages, messages.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.in_place:
            self.messages.write(ERASE)

    def show(self, what: str, done: float, seconds_left: float | None) -> None:
        left = "" if seconds_left is None else f", about {in_words(seconds_left)} left"
        self.say(f"[{done:4.0%}] training: {what}{left}")

    def say(self, line: str) -> None:
        self.messages.write(f"{ERASE}{line}" if self.in_place else f"{line}\n")
        self.messages.flush()


def in_words(seconds: float) -> str:
    """`80 s`, `2 min`."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
