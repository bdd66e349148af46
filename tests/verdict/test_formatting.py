"""Printed numbers agree with the answers."""

import pytest

from standin.data.amounts import two_digits
from standin.verdict.formatting import amount, change, describe_withheld, places, power, signed
from standin.verdict.schema import Comparison


@pytest.mark.parametrize(
    ("pp", "low", "high", "images", "margin", "words"),
    [
        (-6.0, -7.04, -4.96, 1000, -1.0, "loses 6.0 percentage points (95% interval 5.0 to 7.0)"),
        (3.0, 2.04, 3.96, 1000, 0.0, "gains 3.0 percentage points (95% interval 2.0 to 4.0)"),
        (-0.18, -0.33, -0.03, 10_000, 0.0, "loses 0.18 percentage points (95% interval 0.03 to 0.33)"),
        (-0.4, -1.8, 1.1, 270, -1.0, "loses 0.4 percentage points (95% interval: 1.8 lost to 1.1 gained)"),
        # An end close to the margin, or to zero, has enough decimals to show on which side it is.
        (-0.85, -1.004, -0.67, 10_000, -1.0, "loses 0.85 percentage points (95% interval 0.67 to 1.004)"),
        (-0.2, -0.4, -0.04, 270, 0.0, "loses 0.2 percentage points (95% interval 0.04 to 0.4)"),
        (-0.01, -0.06, 0.04, 1000, -1.0, "changes by 0.0 percentage points (95% interval: 0.1 lost to 0.04 gained)"),
        (0.0, 0.0, 0.0, 270, 0.0, "changes by 0.0 percentage points (95% interval 0.0 to 0.0)"),
    ],
)
def test_a_difference_is_worded_as_loss_or_gain(
    pp: float, low: float, high: float, images: int, margin: float, words: str
) -> None:
    compared = Comparison(pp=pp, low=low, high=high, of_any_generator=False, of_any_classifier=False)
    assert change(compared, images, 0.95, margin) == words


def test_margins_and_subsets_in_words() -> None:
    assert [amount(pp) for pp in (1, 0.5, 2.0)] == [
        "1 percentage point",
        "0.5 percentage points",
        "2 percentage points",
    ]
    assert describe_withheld({"class": "7", "attribute": None}) == "7"
    assert describe_withheld({"class": "7", "attribute": "red"}) == "7, red"


def test_decimals_depend_on_the_number_of_images_and_zero_has_no_sign() -> None:
    assert (places(270), places(10_000)) == (1, 2)
    assert [signed(value, 2) for value in (-0.001, 0.004, 1.5, -1.04)] == ["0.00", "0.00", "+1.50", "-1.04"]


def test_power_is_half_the_interval_and_what_one_percentage_point_would_take() -> None:
    compared = Comparison(pp=-1, low=-3, high=1, of_any_generator=False, of_any_classifier=False)
    assert power(compared, 270) == (
        "270 test images can show differences of about 2.0 percentage points, 1 percentage point would take about 1,100"
    )
    narrow = compared.model_copy(update={"low": -1.25, "high": -0.75})
    assert power(narrow, 10000) == "10,000 test images can show differences of about 0.25 percentage points"
    seeds = compared.model_copy(update={"of_any_generator": True})
    assert power(seeds, 270) == (
        "270 test images and these trainings can show differences of about 2.0 percentage points, "
        "more of both would help"
    )


@pytest.mark.parametrize(("n", "shown"), [(1873, 1900), (104.4, 100), (54321, 54000), (7.2, 7), (0.3, 0)])
def test_numbers_of_images_have_two_significant_digits(n: float, shown: int) -> None:
    assert two_digits(n) == shown
