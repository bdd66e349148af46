"""Numbers as they are printed say what was decided."""

import pytest

from standin.verdict.formatting import change, places, signed


@pytest.mark.parametrize(
    ("points", "low", "high", "rows", "margin", "said"),
    [
        (-6.0, -7.04, -4.96, 1000, -1.0, "loses 6.0 points (95% interval 5.0 to 7.0)"),
        (3.0, 2.04, 3.96, 1000, 0.0, "gains 3.0 points (95% interval 2.0 to 4.0)"),
        (-0.18, -0.33, -0.03, 10_000, 0.0, "loses 0.18 points (95% interval 0.03 to 0.33)"),
        (-0.4, -1.8, 1.1, 270, -1.0, "loses 0.4 points (95% interval: 1.8 lost to 1.1 gained)"),
        # A margin of a point that the interval just holds, or just not, must not look met.
        (-0.85, -1.004, -0.67, 10_000, -1.0, "loses 0.850 points (95% interval 0.670 to 1.004)"),
        (-0.2, -0.4, -0.04, 270, 0.0, "loses 0.20 points (95% interval 0.04 to 0.40)"),
        (-0.01, -0.06, 0.04, 1000, -1.0, "loses 0.01 points (95% interval: 0.06 lost to 0.04 gained)"),
        (0.0, 0.0, 0.0, 270, 0.0, "gains 0.0 points (95% interval 0.0 to 0.0)"),
    ],
)
def test_a_change_is_said_as_loss_or_gain(
    points: float, low: float, high: float, rows: int, margin: float, said: str
) -> None:
    assert change({"points": points, "low": low, "high": high}, rows, 0.95, margin) == said


def test_decimals_follow_the_rows_and_nothing_has_no_sign() -> None:
    assert (places(270), places(10_000)) == (1, 2)
    assert [signed(value, 2) for value in (-0.001, 0.004, 1.5, -1.04)] == ["0.00", "0.00", "+1.50", "-1.04"]
