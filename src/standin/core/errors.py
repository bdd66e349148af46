"""Errors: wrong input, which a person can correct; failed training; data leakage; metrics without enough images."""

from collections.abc import Mapping, Sequence


class InputError(ValueError):
    """Configuration, data or a file is wrong. The message is one sentence: the argument, what was expected, what was
    given.

    The command line prints the sentence alone; other errors keep their traceback.
    """


class TrainingError(FloatingPointError):
    """A training run failed: its experiment ends, others continue.

    Attributes:
        node: the node of the pipeline in which it failed, if it was run by one.
        others: the other failures of the same run, if nodes ran in parallel.
    """

    node: str = ""
    others: "tuple[TrainingError, ...]" = ()


class FailedExperiments(InputError):
    """Training runs failed, and everything that does not depend on them has finished.

    Attributes:
        as_before: data sets whose report was not updated.

    Args:
        failed: node -> what happened.
        left_out: data sets whose report is without what failed.
        as_before: see above.
    """

    def __init__(self, failed: Mapping[str, TrainingError], left_out: Sequence[str], as_before: Sequence[str]) -> None:
        self.as_before = as_before
        one = len(failed) == 1
        named = ", ".join(f"{node} ({error})" for node, error in failed.items())
        sentences = [
            f"{len(failed)} training run{'' if one else 's'} failed: {named}.",
            f"Everything that does not depend on {'it' if one else 'them'} finished.",
        ]
        for names, what in ((left_out, "leave out what failed, and say so"), (as_before, "were not updated")):
            if names:
                sentences.append(f"The verdict and the report of {', '.join(names)} {what}.")
        advice = (
            "Change the parameters or disable the model (enabled=false) and run again: finished results are reused."
        )
        super().__init__(" ".join([*sentences, advice]))


class LeakError(ValueError):
    """Data leakage: images to be scored on were seen in training. No result may be computed from them."""


class TooFewRows(ValueError):
    """A metric is undefined for so few images."""
