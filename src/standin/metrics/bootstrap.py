"""Percentile bootstrap intervals over test rows (Efron 1979): how much a figure would move with other test rows."""

from collections.abc import Callable

import numpy as np


def bootstrap_interval(
    values: np.ndarray,
    *,
    statistic: Callable[..., np.ndarray] = np.mean,
    resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
) -> tuple[float, float]:
    """The interval of `statistic` when the rows are drawn anew.

    Args:
        values: (rows,) e.g. 1 where a prediction is right and 0 where it is wrong.
        statistic: (rows,) -> scalar, with an `axis` argument.
        resamples: how often the rows are drawn.
        confidence: of the interval, between 0 and 1.
        seed: of the draws.

    Returns:
        (low, high).

    Raises:
        ValueError: if there are fewer than two rows.
    """
    from scipy import stats  # half a second, which listing pipelines should not take

    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) < 2:
        raise ValueError(f"values must be one row of at least two numbers, got shape {values.shape}")
    interval = stats.bootstrap(
        (values,),
        statistic,
        n_resamples=resamples,
        batch=100,
        confidence_level=confidence,
        method="percentile",
        rng=np.random.default_rng(seed),
        vectorized=True,
    ).confidence_interval
    return float(interval.low), float(interval.high)
