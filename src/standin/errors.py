"""The error for what a person can put right: wrong configuration, wrong data, a missing file; and one for metrics."""


class InputError(ValueError):
    """What was given is wrong. The message is one sentence: what it is about, what was expected, what came.

    The command line prints the sentence alone; anything else that goes wrong keeps its traceback.
    """


class TooFewRows(ValueError):
    """A metric has not enough rows to say anything."""
