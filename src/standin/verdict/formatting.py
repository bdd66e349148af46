"""How results are written: with as many decimals as the number of test images justifies."""

from collections.abc import Mapping
from typing import Any

from standin.verdict.schema import Comparison

MAX_DECIMALS = 4


def places(images: int) -> int:
    """Decimals of a percentage of so many images: two where one image is less than a tenth of a percentage point."""
    return 2 if images > 1000 else 1


def signed(pp: float, decimals: int) -> str:
    """`+0.71`, `-1.04`; nothing is `0.00`, without a sign."""
    return f"{round(pp, decimals) or 0.0:{'+' if round(pp, decimals) else ''}.{decimals}f}"


def amount(pp: float) -> str:
    """A margin in words: `1 percentage point`, `0.5 percentage points`."""
    return f"{pp:g} percentage point{'' if pp == 1 else 's'}"


def change(found: Comparison, images: int, confidence: float, margin: float = 0.0) -> str:
    """`loses 6.1 percentage points (95% interval 5.2 to 7.0)`.

    Args:
        images: how many test images are compared.
        confidence: of the interval.
        margin: what the interval is compared with; no end that differs from it, or from 0, is printed as if it did not.
    """
    ends = (found.low, found.high)
    decimals = next(
        (
            n
            for n in range(places(images), MAX_DECIMALS)
            if all(end == limit or round(end, n) != limit for end in ends for limit in (0.0, margin))
        ),
        MAX_DECIMALS,
    )
    pp, low, high = (round(value, decimals) + 0.0 for value in (found.pp, *ends))
    if low < 0 < high:
        interval = f": {-low:.{decimals}f} lost to {high:.{decimals}f} gained"
    elif low < 0:
        interval = f" {0.0 - high:.{decimals}f} to {0.0 - low:.{decimals}f}"
    else:
        interval = f" {low:.{decimals}f} to {high:.{decimals}f}"
    verb = "loses" if pp < 0 else "gains"
    return f"{verb} {abs(pp):.{decimals}f} percentage points ({confidence:.0%} interval{interval})"


def describe_withheld(withheld_subset: Mapping[str, Any]) -> str:
    """What is withheld: `7`, or `7, red`."""
    of_class, attribute = withheld_subset["class"], withheld_subset["attribute"]
    return f"{of_class}, {attribute}" if attribute else str(of_class)
