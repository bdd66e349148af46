"""Progress of work in parts."""

import pytest

from standin.core.progress import in_words, listening, part, report

Heard = list[tuple[float, str]]


def test_nobody_has_to_listen() -> None:
    report(0.5, "half")


def test_parts_of_parts_add_up() -> None:
    heard: Heard = []
    with listening(lambda done, what: heard.append((done, what))):
        for place in range(2):
            with part(place, 2, f"half {place}"), part(1, 2):
                report(0.5, "step")
    assert heard == [(0.375, "half 0, step"), (0.875, "half 1, step")]


def test_an_inner_listener_hears_of_its_own_work_only() -> None:
    outer: Heard = []
    inner: Heard = []
    with listening(lambda done, what: outer.append((done, what))), part(1, 2, "second"):
        with listening(lambda done, what: inner.append((done, what))):
            report(0.5, "a")
        report(0.5, "b")
    assert inner == [(0.5, "a")] and outer == [(0.75, "second, b")]


def test_an_error_ends_a_part() -> None:
    heard: Heard = []
    with listening(lambda done, what: heard.append((done, what))):
        with pytest.raises(ZeroDivisionError), part(0, 4, "first"):
            _ = 1 / 0
        report(1.0, "all")
    assert heard == [(1.0, "all")]


@pytest.mark.parametrize(("seconds", "words"), [(3.4, "3 s"), (99, "99 s"), (150, "2 min"), (7200, "2.0 h")])
def test_times_have_a_unit_that_suits_them(seconds: float, words: str) -> None:
    assert in_words(seconds) == words
