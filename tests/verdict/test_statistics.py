"""Intervals of differences: hand-worked cases, and how often they hold the truth in simulations where it is known."""

import numpy as np
import pytest
from scipy import stats

from standin.verdict.statistics import difference, mean_squares, square_of_mean


def test_with_three_generators_and_no_difference_between_rows_it_is_students_interval() -> None:
    right = np.tile(np.array([0.1, 0.2, 0.3])[:, None, None], (1, 1, 100_000))
    found = difference(right, np.zeros((1, 100_000)))
    reach = stats.t.ppf(0.975, 2) * 0.1 / np.sqrt(3)
    assert (found.low, found.high) == (pytest.approx(0.2 - reach, abs=1e-4), pytest.approx(0.2 + reach, abs=1e-4))
    assert found.p_not_above == pytest.approx(stats.t.sf(0.2 / (0.1 / np.sqrt(3)), 2), abs=1e-4)
    assert found.in_pp()["of_any_generator"]


def test_with_generators_that_are_all_alike_it_is_the_interval_over_rows() -> None:
    rng = np.random.default_rng(0)
    right, other = rng.random(400) < 0.8, rng.random(400) < 0.9
    found = difference(np.tile(right, (3, 1, 1)), other[None])
    d = np.append(right.astype(float) - other, [1, -1])  # and the two rows of Bonett and Price
    reach = stats.t.ppf(0.975, 401) * d.std(ddof=1) / np.sqrt(402)
    assert (found.low, found.high) == (pytest.approx(d.mean() - reach), pytest.approx(d.mean() + reach))


def test_one_generator_has_a_paired_bootstrap_and_speaks_of_itself_alone() -> None:
    rng = np.random.default_rng(0)
    right = rng.random((1, 1, 1000)) < 0.8
    other = right[0] ^ (rng.random((1, 1000)) < 0.05)  # another call on 5% of the rows
    found = difference(right, other, resamples=4000)
    d = right[0, 0].astype(float) - other[0]
    assert found.low == pytest.approx(d.mean() - 1.96 * d.std() / np.sqrt(1000), abs=0.001)
    assert found.high == pytest.approx(d.mean() + 1.96 * d.std() / np.sqrt(1000), abs=0.001)
    assert found.p_not_above == pytest.approx(stats.norm.sf(d.mean() / (d.std() / np.sqrt(1000))), abs=0.02)
    assert not found.in_pp()["of_any_generator"]


def test_classifiers_are_paired_by_their_seed() -> None:
    """Each classifier's calls agree with those of its pair: whether they are right makes no difference and no doubt."""
    calls = np.random.default_rng(0).random((2, 100)) < 0.7
    assert difference(calls[None], calls) == difference(np.ones((1, 2, 100)), np.ones((2, 100)))


@pytest.mark.parametrize("generators", [1, 3])
def test_few_rows_on_which_arms_agree_leave_doubt_and_many_leave_little(generators: int) -> None:
    """By the interval of Bonett and Price for no pair that differs: z sqrt(2 / (n + 2)) / sqrt(n + 2)."""
    for rows in (27, 10_000):
        found = difference(np.ones((generators, 1, rows)), np.ones((1, rows)), resamples=20_000)
        assert found.value == 0
        reach = 1.96 * np.sqrt(2) / (rows + 2)
        assert (-found.low, found.high) == (pytest.approx(reach, rel=0.1), pytest.approx(reach, rel=0.1))
        assert found.p_not_above > 0.4


def test_generators_that_differ_less_than_chance_has_it_leave_the_interval_over_rows() -> None:
    """Three generators, each wrong about one row of its own: by subtraction their variance would be below zero."""
    right = np.ones((3, 1, 27))
    right[[0, 1, 2], 0, [0, 1, 2]] = 0
    found = difference(right, np.ones((1, 27)))
    assert found.value == pytest.approx(-1 / 27)
    assert -0.15 < found.low < -0.05 and 0 < found.high < 0.1


def test_p_is_held_against_the_value_that_is_asked_about() -> None:
    right = np.random.default_rng(0).random((3, 1, 500)) < 0.9
    p = [difference(right, np.zeros((1, 500)), above=above).p_not_above for above in (0.8, 0.9, 1.0)]
    assert p[0] < 0.01 < p[1] < 0.99 < p[2]


@pytest.mark.parametrize("shape", [(2, 10), (1, 11)])
def test_arms_that_do_not_fit_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"got \(1, 1, 10\) and"):
        difference(np.ones((1, 1, 10)), np.ones(shape))


@pytest.mark.parametrize(("generators", "classifiers"), [(1, 1), (3, 1), (5, 1), (1, 3), (3, 3), (5, 3)])
def test_95_percent_intervals_hold_the_truth_95_times_in_100(generators: int, classifiers: int) -> None:
    """2,000 simulated comparisons of 300 rows. A row has a difficulty, a generator a quality, each of a classifier's
    trainings another, and a row is called rightly where qualities, difficulty and chance say so (probit), so that all
    shares are known."""
    simulations, rows, spread, of_training, chance = 2000, 300, 0.1, 0.1, 1.5
    rng = np.random.default_rng([generators, classifiers])

    def share(quality: float | np.ndarray, extra: float = 0.0) -> np.ndarray:
        return stats.norm.cdf(quality / np.sqrt(1 + chance**2 + extra))

    held = 0
    for simulation in range(simulations):
        difficulty = chance * rng.normal(size=rows)
        qualities = 2.0 + spread * rng.normal(size=(generators, 1, 1))
        own = qualities + of_training * rng.normal(size=(generators, classifiers, 1))
        real = 2.3 + of_training * rng.normal(size=(classifiers, 1))
        right = own + difficulty + rng.normal(size=(generators, classifiers, rows)) > 0
        other = real + difficulty + rng.normal(size=(classifiers, rows)) > 0
        # Three are drawn from all that there could be, and the interval is about all; fewer are held to be themselves.
        of_any, anew = generators >= 3, classifiers >= 3
        if of_any:
            made = share(2.0, spread**2 + of_training**2)
        else:
            made = share(qualities, of_training**2).mean() if anew else share(own).mean()
        truth = made - (share(2.3, of_training**2) if anew else share(real).mean())
        found = difference(right, other, resamples=1000, seed=simulation)
        assert (found.in_pp()["of_any_generator"], found.in_pp()["of_any_classifier"]) == (any_generator, any_classifier)
        held += found.low <= truth <= found.high
    assert 0.93 <= held / simulations <= 0.97


def test_the_variance_of_a_mean_over_three_crossed_factors_is_without_bias() -> None:
    """Effects of each factor, of each two together and of all three, planted: on average they are found again."""
    rng = np.random.default_rng(0)
    shape, simulations = (3, 4, 5), 4000
    deviations = {(0,): 0.2, (1,): 0.2, (2,): 0.2, (0, 1): 1.0, (0, 2): 1.0, (1, 2): 1.0, (0, 1, 2): 3.0}
    found = np.zeros((simulations, *shape))
    for axes, deviation in deviations.items():
        levels = [n if axis in axes else 1 for axis, n in enumerate(shape)]
        found += deviation * rng.normal(size=(simulations, *levels))
    variance = sum(d**2 / np.prod([shape[axis] for axis in axes]) for axes, d in deviations.items())
    estimates = [square_of_mean(mean_squares(each)[0]) / each.size for each in found]
    assert np.mean(estimates) == pytest.approx(variance, rel=0.03)
    assert found.mean(axis=(1, 2, 3)).var() == pytest.approx(variance, rel=0.05)


def test_no_interval_reaches_beyond_all_rows() -> None:
    right = np.zeros((3, 3, 2))
    right[0] = 1
    found = difference(right, np.ones((3, 2)))
    assert (found.low, found.high <= 1) == (-1, True)
