"""Numbers in text, with as many decimals as the number of test images justifies."""

from collections.abc import Mapping
from typing import Any

from standin.data.amounts import two_digits
from standin.verdict.facts import ErrorRatio, RealCurve, Worth
from standin.verdict.schema import Comparison

MAX_DECIMALS = 4


def places(images: int) -> int:
    """Decimals of a percentage of so many images: two if one image is less than a tenth of a percentage point."""
    return 2 if images > 1000 else 1


def signed(pp: float, decimals: int) -> str:
    """`+0.71`, `-1.04`; zero is `0.00`, without a sign."""
    value = round(pp, decimals) or 0.0
    return f"{value:{'+' if value else ''}.{decimals}f}"


def amount(pp: float) -> str:
    """A margin in words: `1 percentage point`, `0.5 percentage points`."""
    return f"{pp:g} percentage point{'' if pp == 1 else 's'}"


def power(compared: Comparison, images: int) -> str:
    """What a comparison can decide: `270 test images can show differences of about 2.9 percentage points, 1
    percentage point would take about 2,300`.

    The interval of single trainings shrinks with the square root of the number of test images. Where it includes the
    variation between trainings, more test images alone need not help.
    """
    resolved = (compared.high - compared.low) / 2
    shows = f"can show differences of about {resolved:.{places(images)}f} percentage points"
    if compared.of_any_generator or compared.of_any_classifier:
        return f"{images:,} test images and these trainings {shows}, more of both would help"
    if resolved <= 1:
        return f"{images:,} test images {shows}"
    return f"{images:,} test images {shows}, 1 percentage point would take about {two_digits(images * resolved**2):,}"


def worth_in_words(worth: Worth, curve: RealCurve) -> str:
    """`240 of 932`; beyond the ends of the learning curve `at most 100 of 932` or `all 932`."""
    smallest, largest = curve.n_real[0], curve.n_real[-1]
    if round(worth.n_real) <= smallest:
        return f"at most {smallest:,} of {largest:,}"
    if round(worth.n_real) >= largest:
        return f"all {largest:,}"
    return f"{min(two_digits(worth.n_real), largest):,} of {largest:,}"


def times(found: ErrorRatio) -> str:
    """`2.1 times (1.9 to 2.4)`."""
    return f"{found.ratio:.1f} times ({found.low:.1f} to {found.high:.1f})"


def change(compared: Comparison, images: int, confidence: float, margin: float = 0.0) -> str:
    """`loses 6.1 percentage points (95% interval 5.2 to 7.0)`.

    Args:
        images: number of test images.
        confidence: of the interval.
        margin: the limit of the answer. An end that differs from it, or from 0, gets enough decimals to show it.
    """
    decimals = places(images)
    pp = round(compared.pp, decimals)
    low, high = (_end(value, decimals, margin) for value in (compared.low, compared.high))
    if compared.low < 0 < compared.high:
        interval = f": {low} lost to {high} gained"
    else:
        interval = f" {high} to {low}" if compared.low < 0 else f" {low} to {high}"
    verb = "changes by" if not pp else "loses" if pp < 0 else "gains"
    return f"{verb} {abs(pp):.{decimals}f} percentage points ({confidence:.0%} interval{interval})"


def _end(value: float, decimals: int, margin: float) -> str:
    """An end of an interval, without its sign, with enough decimals to show that it is not `margin` or 0."""
    while decimals < MAX_DECIMALS and any(value != limit == round(value, decimals) for limit in (0.0, margin)):
        decimals += 1
    return f"{abs(value):.{decimals}f}"


def describe_withheld(withheld_subset: Mapping[str, Any]) -> str:
    """The withheld subset: `7`, or `7, red`."""
    attribute = withheld_subset["attribute"]
    return f"{withheld_subset['class']}{f', {attribute}' if attribute else ''}"
