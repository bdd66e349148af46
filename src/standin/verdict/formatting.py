"""How results are put in words and figures: with as many decimals as the test rows are worth."""

from collections.abc import Mapping
from typing import Any

MOST = 4
"""Decimals."""


def places(rows: int) -> int:
    """Decimals of a percentage of so many rows: two where one row is less than a tenth of a point."""
    return 2 if rows > 1000 else 1


def signed(points: float, decimals: int) -> str:
    """`+0.71`, `-1.04`; nothing is `0.00`, without a sign."""
    return f"{round(points, decimals) or 0.0:{'+' if round(points, decimals) else ''}.{decimals}f}"


def change(found: Mapping[str, Any], rows: int, confidence: float, margin: float = 0.0) -> str:
    """ "loses 6.1 points (95% interval 5.2 to 7.0)"

    Args:
        found: `points`, `low` and `high`, all in points.
        rows: how many test rows they are of.
        confidence: of the interval.
        margin: what the interval is held against; no end that differs from it, or from 0, is printed as if it
            did not.
    """
    ends = (found["low"], found["high"])
    decimals = next(
        (
            n
            for n in range(places(rows), MOST)
            if all(end == limit or round(end, n) != limit for end in ends for limit in (0.0, margin))
        ),
        MOST,
    )
    points, low, high = (round(found[part], decimals) + 0.0 for part in ("points", "low", "high"))
    if low < 0 < high:
        interval = f": {-low:.{decimals}f} lost to {high:.{decimals}f} gained"
    elif low < 0:
        interval = f" {0.0 - high:.{decimals}f} to {0.0 - low:.{decimals}f}"
    else:
        interval = f" {low:.{decimals}f} to {high:.{decimals}f}"
    verb = "loses" if points < 0 else "gains"
    return f"{verb} {abs(points):.{decimals}f} points ({confidence:.0%} interval{interval})"


def kind_of(withheld_subset: Mapping[str, Any]) -> str:
    """What is missing: "7", or "7, red"."""
    return (
        f"{withheld_subset['class']}, {withheld_subset['attribute']}"
        if withheld_subset["attribute"]
        else str(withheld_subset["class"])
    )
