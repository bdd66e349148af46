"""The worth of generated images in real ones."""

import numpy as np
import pandas as pd
import pytest

from standin.verdict.worth import LearningCurve, error_ratio, learning_curve

BOOTSTRAP = {"resamples": 1000, "confidence": 0.95, "seed": 0}
IMAGES = 10000


def right(accuracy: float, rng: np.random.Generator) -> np.ndarray:
    """(images,) with exactly this accuracy."""
    return rng.permutation(np.arange(IMAGES) < accuracy * IMAGES).astype(float)


def curve(rng: np.random.Generator) -> LearningCurve:
    """Error rates that fall as the inverse square root of the number of images: .4, .2, .1."""
    return LearningCurve({100: right(0.6, rng), 400: right(0.8, rng), 1600: right(0.9, rng)})


def test_between_two_sizes_the_error_rate_is_a_power_of_their_number(rng: np.random.Generator) -> None:
    worth = curve(rng).worth(right(1 - 0.4 / np.sqrt(2), rng), BOOTSTRAP)
    assert worth.n_real == pytest.approx(200, rel=0.01)
    assert 150 < worth.low < 195 and 205 < worth.high < 260


def test_beyond_the_curve_the_worth_is_its_end(rng: np.random.Generator) -> None:
    of_curve = curve(rng)
    assert of_curve.worth(right(0.1, rng), BOOTSTRAP).n_real == pytest.approx(100)
    assert of_curve.worth(right(0.99, rng), BOOTSTRAP).n_real == pytest.approx(1600)


def test_a_curve_that_falls_by_chance_is_flat(rng: np.random.Generator) -> None:
    falling = LearningCurve({100: right(0.6, rng), 400: right(0.8, rng), 800: right(0.79, rng), 1600: right(0.9, rng)})
    assert falling.worth(right(0.799, rng), BOOTSTRAP).n_real == pytest.approx(397, abs=5)


def test_the_interval_holds_the_true_worth_in_95_percent(rng: np.random.Generator) -> None:
    """Each test image has its own difficulty, shared by all classifiers, as real ones have."""
    rates, held = {100: 0.4, 400: 0.2, 1600: 0.1}, 0
    for _ in range(200):
        difficulty = rng.random(1000)
        drawn = {n: (difficulty + rng.normal(0, 0.2, 1000) > rate).astype(float) for n, rate in rates.items()}
        model = (difficulty + rng.normal(0, 0.2, 1000) > 0.2).astype(float)
        worth = LearningCurve(drawn).worth(model, BOOTSTRAP | {"resamples": 200})
        held += worth.low <= 400 <= worth.high
    assert 180 <= held <= 200


def test_the_curve_is_read_from_predictions() -> None:
    table = pd.DataFrame({"n_real": [10, 10, 30, 30], "label": [0, 1, 0, 1], "predicted": [1, 0, 0, 0]})
    read = learning_curve(table, np.array([[True, True], [True, False]]), 60)
    assert read.summary().n_real == (10, 30, 60) and read.summary().accuracy == (0, 0.5, 0.75)


def test_errors_are_counted_for_each_error_of_real(rng: np.random.Generator) -> None:
    ratio = error_ratio(right(0.97, rng), right(0.99, rng), BOOTSTRAP)
    assert ratio.ratio == pytest.approx(3, rel=0.02) and 2.3 < ratio.low < 2.7 and 3.3 < ratio.high < 4


def test_groups_widen_the_intervals(rng: np.random.Generator) -> None:
    """Each group of ten images is right or wrong as a whole."""

    def grouped(accuracy: float) -> np.ndarray:
        return np.repeat(rng.permutation(np.arange(1000) < accuracy * 1000), 10).astype(float)

    one, other = grouped(0.8), grouped(0.9)
    alone = error_ratio(one, other, BOOTSTRAP)
    with_groups = error_ratio(one, other, BOOTSTRAP | {"groups": np.repeat(np.arange(1000), 10)})
    assert with_groups.high - with_groups.low > 2.5 * (alone.high - alone.low)
