"""Whether arm `real` is trained long enough: twice the optimizer steps gain little."""

import pandas as pd

from standin.verdict.facts import Convergence

LIMIT_PP = 0.3
"""Percentage points that twice the steps may not gain."""


def check_convergence(by_steps: pd.DataFrame) -> Convergence:
    """Compares the accuracies of arm `real` after half, all and twice its steps.

    Args:
        by_steps: `steps` (three, increasing) and `accuracy` on validation images.
    """
    _, usual, double = by_steps["accuracy"]
    gain = 100 * (double - usual)
    table = {name: by_steps[name].tolist() for name in ("steps", "accuracy")}
    return Convergence.model_validate(
        table | {"gain_of_double_pp": gain, "limit_pp": LIMIT_PP, "sufficient": gain < LIMIT_PP}
    )
