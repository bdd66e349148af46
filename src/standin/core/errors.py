"""Errors: for what a person can put right (wrong configuration, wrong data, a missing file), for trainings that came to
nothing, for leaks, for metrics."""

from collections.abc import Mapping, Sequence


class InputError(ValueError):
    """What was given is wrong. The message is one sentence: what it is about, what was expected, what came.

    The command line prints the sentence alone; anything else that goes wrong keeps its traceback.
    """


class TrainingError(FloatingPointError):
    """A training came to nothing: its experiment ends, others go on.

    Attributes:
        node: the node of the pipeline in which it happened, where there is one.
        others: what else came to nothing in the same run, where nodes ran side by side.
    """

    node: str = ""
    others: "tuple[TrainingError, ...]" = ()


class FailedExperiments(InputError):
    """Trainings that came to nothing, after all that did not need them is done.

    Attributes:
        as_before: data sets whose report could not be made anew.

    Args:
        failed: node -> what happened.
        left_out: data sets whose report is without what failed.
        as_before: see above.
    """

    def __init__(self, failed: Mapping[str, TrainingError], left_out: Sequence[str], as_before: Sequence[str]) -> None:
        self.as_before = as_before
        told = [f"{node} ({error})" for node, error in failed.items()]
        sentences = [
            f"{len(told)} training{'s' if len(told) > 1 else ''} came to nothing, and all that needs none of them is "
            f"done: {', '.join(told)}."
        ]
        for names, what in ((left_out, "leave out what failed, and say so"), (as_before, "are as they were before")):
            if names:
                sentences.append(f"The verdict and the report of {', '.join(names)} {what}.")
        advice = "Change the parameters or switch the model off (enabled=false), and run again: what is done is reused."
        super().__init__(" ".join([*sentences, advice]))


class LeakError(ValueError):
    """Rows that are to be scored on were seen while something was trained: no figure may come of it."""


class TooFewImages(ValueError):
    """A metric has too few images for a value: it is left out."""
