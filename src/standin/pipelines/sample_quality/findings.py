"""What an examination finds: numbers with their meaning, pictures with their captions."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from standin.io.large_arrays import gather
from standin.metrics.proportion import Proportion


class MetricResult(NamedTuple):
    """One number about a generative model.

    Attributes:
        name: what MLflow and the report call it.
        value: of the generated rows.
        meaning: for a reader who has not met it.
        real: the same of real rows that nothing was trained on, where there is such a thing: the value to expect.
        low, high: 95% interval of `value`, where it is a share.
        real_low, real_high: the same of `real`.
        rows, n_real: how many rows `value` and `real` are of, where they are of rows.
    """

    name: str
    value: float
    meaning: str
    real: float | None = None
    low: float | None = None
    high: float | None = None
    rows: int | None = None
    n_real: int | None = None
    real_low: float | None = None
    real_high: float | None = None


def counted(findings: Iterable[MetricResult], rows: int, n_real: int | None = None) -> list[MetricResult]:
    """The findings with how many rows they are of, but for those that say it themselves.

    Args:
        n_real: None: as many.
    """
    return [
        finding._replace(
            rows=finding.rows or rows,
            n_real=None if finding.real is None else finding.n_real or n_real or rows,
        )
        for finding in findings
    ]


def of_proportion(name: str, share: Proportion, real: Proportion, meaning: str) -> MetricResult:
    """A share with its interval and rows, and the same of real rows."""
    return MetricResult(
        name, share.share, meaning, real.share, share.low, share.high, share.rows, real.rows, real.low, real.high
    )


def draw(arrays: dict[str, np.ndarray], n: int, seed: int) -> dict[str, np.ndarray]:
    """At most `n` rows at random, since those of an image folder stand class by class."""
    rows = np.random.default_rng(seed).permutation(len(arrays["images"]))[:n]
    return {
        name: gather(arrays[name], rows) for name in ("images", "labels", "conditions", "attributes") if name in arrays
    }


class Panel(NamedTuple):
    """A figure and what it shows."""

    figure: Figure
    caption: str


Part = tuple[list[MetricResult], dict[str, Panel]]
"""Findings, and pictures by name."""
