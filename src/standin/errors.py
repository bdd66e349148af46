"""Errors: for what a person can put right (wrong configuration, wrong data, a missing file), for trainings that came to
nothing, for leaks, for metrics."""


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


class LeakError(ValueError):
    """Rows that are to be scored on were seen while something was trained: no figure may come of it."""


class TooFewRows(ValueError):
    """A metric has not enough rows to say anything."""
