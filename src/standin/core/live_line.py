"""One line of progress at the bottom of a terminal."""

import logging
import sys
from types import TracebackType
from typing import Any, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column

from standin.core.progress import in_words

BAR = 20
"""Width of the bar."""


class LiveLine:
    """What is done at the moment, a bar, the time that passed and the time that is left; renewed in place, below
    everything else that is printed. Nothing is shown if the stream is no terminal.

    Args:
        stream: where to show it.
    """

    def __init__(self, stream: TextIO) -> None:
        self.console = Console(file=stream)
        self.shown = stream.isatty()  # a notebook is a terminal to Rich
        self._progress = Progress(
            TextColumn("{task.description}", table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")),
            BarColumn(BAR),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            console=self.console,
            transient=True,
            expand=True,
            refresh_per_second=4,
        )
        self._handlers: list[Any] = []
        self._task = self._progress.add_task("starting", total=1.0, left="")

    def __enter__(self) -> Self:
        if self.shown:
            terminal = sys.stdout
            self._progress.start()  # replaces sys.stdout, so that other output appears above the line
            self._handlers = [h for h in logging.getLogger().handlers if getattr(h, "stream", None) is terminal]
            self._log_to(sys.stdout)
        return self

    def _log_to(self, stream: TextIO) -> None:
        for handler in self._handlers:
            handler.setStream(stream)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.shown:
            self._progress.stop()
            self._log_to(sys.stdout)

    def show(self, what: str, done: float, seconds_left: float | None) -> None:
        """Renews the line.

        Args:
            what: is done at the moment.
            done: part of the whole work, 0 to 1.
            seconds_left: None if unknown.
        """
        left = "" if seconds_left is None else f"about {in_words(seconds_left)} left"
        self._progress.update(self._task, description=what.replace("[", r"\["), completed=done, left=left)
