"""Progress of long work: the library reports it, and the caller of the library may register a listener.

with listening(show):
    with part(1, 3, "classifier 2 of 3"):
        report(0.5, "step 200 of 400")  # calls show(0.5, "classifier 2 of 3, step 200 of 400")
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[float, str], None]
"""Called with the part of the work that is done, 0 to 1, and what is done at the moment."""

_listeners: list[Listener] = []
_parts: list[tuple[int, int, str]] = []


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """In the block, `listener` receives the progress, in place of an outer listener."""
    outer, _parts[:] = [*_parts], []
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
        _parts[:] = outer


@contextmanager
def part(place: int, of: int, what: str = "") -> Iterator[None]:
    """The work in the block is one of `of` equal parts of what its caller does, counted from 0."""
    _parts.append((place, of, what))
    try:
        yield
    finally:
        _parts.pop()


def in_words(seconds: float) -> str:
    """`80 s`, `2 min`, `1.5 h`."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def report(done: float, what: str = "") -> None:
    """Tells the listener, if there is one, which part of the work is done, 0 to 1."""
    if not _listeners:
        return
    words = [what]
    for place, of, name in reversed(_parts):
        done = (place + done) / of
        words.append(name)
    _listeners[-1](done, ", ".join(word for word in reversed(words) if word))
