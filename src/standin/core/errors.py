"""Errors: for wrong input (configuration, data, a missing file), failed training, data leakage, and metrics."""


class InputError(ValueError):
    """Wrong input. The message is one sentence: the argument, what was expected, what was given.

    The command line prints the sentence alone; every other error keeps its traceback.
    """


class TrainingError(FloatingPointError):
    """A training run failed, for example because its loss became NaN: its experiment ends, others continue.

    Attributes:
        node: name of the pipeline's node in which it happened, if any.
        others: further errors of the same run, where nodes ran in parallel.
    """

    node: str = ""
    others: "tuple[TrainingError, ...]" = ()


class LeakError(ValueError):
    """Data leakage: images to be scored on were seen in training. No result may be computed from them."""


class TooFewImages(ValueError):
    """A metric has too few images for a value: it is left out."""
