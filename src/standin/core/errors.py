"""Errors that callers distinguish."""


class InputError(ValueError):
    """Wrong input. The message is one sentence: the argument, what was expected, what was given.

    The command line prints only the sentence; other errors keep their traceback.
    """


class TrainingError(FloatingPointError):
    """A training run failed, for example because its loss became NaN. Its experiment ends, others continue.

    Attributes:
        node: name of the pipeline node in which it happened, if any.
        others: further errors of the same run, if nodes ran in parallel.
    """

    node: str = ""
    others: "tuple[TrainingError, ...]" = ()


class LeakError(ValueError):
    """Data leakage: images to score on were seen in training. No result may be computed from them."""


class TooFewImages(ValueError):
    """A metric has too few images for a value and is left out."""


class Unreliable(TooFewImages):
    """A metric could be computed, but its value would mean nothing. The message, which is shown instead, says why."""
