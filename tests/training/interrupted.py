"""An interrupted training run."""

from pathlib import Path

from standin.training import Checkpoint


class Interrupted(Exception):
    pass


class InterruptAfter(Checkpoint):
    """A checkpoint that interrupts training right after it saved the given epoch or log interval."""

    def __init__(self, folder: Path, epoch: int, name: str = "checkpoint") -> None:
        super().__init__(folder, name)
        self.last = epoch

    def save(self, variables, run, progress) -> None:
        super().save(variables, run, progress)
        if progress.epoch == self.last:
            raise Interrupted
