"""What `standin judge` shows while it runs."""

from types import TracebackType
from typing import Self, TextIO

from standin.core.live_line import LiveLine
from standin.core.progress import in_words


class Progress:
    """A live line in a terminal, a line for each training elsewhere."""

    def __init__(self, messages: TextIO) -> None:
        self.messages, self.line, self.last = messages, LiveLine(messages), ""

    def __enter__(self) -> Self:
        self.line.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.line.__exit__(kind, error, at)

    def show(self, what: str, done: float, seconds_left: float | None) -> None:
        """As `standin.api.run.Progress`."""
        self.line.show(f"training: {what}", done, seconds_left)
        if self.line.shown or (self.last and what.startswith(f"{self.last}, ")):  # a step of the same training
            return
        self.last = what
        left = "" if seconds_left is None else f", about {in_words(seconds_left)} left"
        self.say(f"[{done:4.0%}] training: {what}{left}")

    def say(self, line: str) -> None:
        """Shows what is done before the first training."""
        self.line.show(line, 0.0, None)
        if not self.line.shown:
            self.messages.write(f"{line}\n")
            self.messages.flush()
