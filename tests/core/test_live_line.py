"""The line of progress in a terminal."""

import io
import logging
import sys

import pytest

from standin.core.live_line import LiveLine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def in_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Not a fixture: pytest replaces the standard output after these."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    return terminal


def test_the_line_says_what_is_done_and_how_long_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = in_terminal(monkeypatch)
    with LiveLine(terminal) as line:
        line.show("[3/9] gan: train, epoch 2 of 5", 0.25, 130.0)
        line._progress.refresh()
    written = terminal.getvalue()
    assert "[3/9] gan: train, epoch 2 of 5" in written
    assert "25%" in written and "about 2 min left" in written


def test_logs_appear_above_the_line_and_not_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = in_terminal(monkeypatch)
    handler = logging.StreamHandler(terminal)
    logging.getLogger().addHandler(handler)
    try:
        with LiveLine(terminal) as line:
            assert handler.stream is sys.stdout is not terminal
            line.show("working", 0.5, None)
            logging.getLogger().warning("a warning")
        assert handler.stream is sys.stdout is terminal
    finally:
        logging.getLogger().removeHandler(handler)
    assert "a warning\n" in terminal.getvalue()


def test_nothing_is_shown_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with LiveLine(sys.stdout) as line:
        line.show("working", 0.5, 3.0)
        assert not line.shown
    assert capsys.readouterr().out == ""
