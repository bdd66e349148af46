"""Intervals of differences: cases worked out by hand, and coverage in simulations."""

import numpy as np
import pytest
from scipy import stats

from standin.verdict.statistics import by_group, difference, mean_squares, square_of_mean


def test_three_generators_without_variation_between_images_have_students_interval() -> None:
    correct = np.tile(np.array([0.1, 0.2, 0.3])[:, None, None], (1, 1, 100_000))
    result = difference(correct, np.zeros((1, 100_000)))
    reach = stats.t.ppf(0.975, 2) * 0.1 / np.sqrt(3)
    assert (result.low, result.high) == (pytest.approx(0.2 - reach, abs=1e-4), pytest.approx(0.2 + reach, abs=1e-4))
    assert result.p_not_above == pytest.approx(stats.t.sf(0.2 / (0.1 / np.sqrt(3)), 2), abs=1e-4)
    assert result.in_pp()["of_any_generator"]


def test_identical_generators_have_the_interval_over_images() -> None:
    rng = np.random.default_rng(0)
    correct, other = rng.random(400) < 0.8, rng.random(400) < 0.9
    result = difference(np.tile(correct, (3, 1, 1)), other[None])
    d = np.append(correct.astype(float) - other, [1, -1])  # with the two images of Bonett and Price
    reach = stats.t.ppf(0.975, 401) * d.std(ddof=1) / np.sqrt(402)
    assert (result.low, result.high) == (pytest.approx(d.mean() - reach), pytest.approx(d.mean() + reach))


def test_one_generator_has_a_paired_bootstrap_interval_that_holds_for_it_only() -> None:
    rng = np.random.default_rng(0)
    correct = rng.random((1, 1, 1000)) < 0.8
    other = correct[0] ^ (rng.random((1, 1000)) < 0.05)  # another prediction on 5% of the images
    result = difference(correct, other, resamples=4000)
    d = correct[0, 0].astype(float) - other[0]
    assert result.low == pytest.approx(d.mean() - 1.96 * d.std() / np.sqrt(1000), abs=0.001)
    assert result.high == pytest.approx(d.mean() + 1.96 * d.std() / np.sqrt(1000), abs=0.001)
    assert result.p_not_above == pytest.approx(stats.norm.sf(d.mean() / (d.std() / np.sqrt(1000))), abs=0.02)
    assert not result.in_pp()["of_any_generator"]


def test_classifiers_are_paired_by_their_seed() -> None:
    """Paired classifiers agree on every image: which images they get correct does not matter."""
    correct = np.random.default_rng(0).random((2, 100)) < 0.7
    assert difference(correct[None], correct) == difference(np.ones((1, 2, 100)), np.ones((2, 100)))


@pytest.mark.parametrize("generators", [1, 3])
def test_arms_that_agree_have_a_wide_interval_on_few_images_and_a_narrow_one_on_many(generators: int) -> None:
    """The interval of Bonett and Price without differing pairs: z sqrt(2 / (n + 2)) / sqrt(n + 2)."""
    for images in (27, 10_000):
        result = difference(np.ones((generators, 1, images)), np.ones((1, images)), resamples=20_000)
        assert result.value == 0
        reach = 1.96 * np.sqrt(2) / (images + 2)
        assert (-result.low, result.high) == (pytest.approx(reach, rel=0.1), pytest.approx(reach, rel=0.1))
        assert result.p_not_above > 0.4


def test_generators_that_vary_less_than_by_chance_have_the_interval_over_images() -> None:
    """Three generators, wrong on one image each: the subtracted variance would be negative."""
    correct = np.ones((3, 1, 27))
    correct[[0, 1, 2], 0, [0, 1, 2]] = 0
    result = difference(correct, np.ones((1, 27)))
    assert result.value == pytest.approx(-1 / 27)
    assert -0.15 < result.low < -0.05 and 0 < result.high < 0.1


def test_p_values_are_for_the_tested_value() -> None:
    correct = np.random.default_rng(0).random((3, 1, 500)) < 0.9
    p = [difference(correct, np.zeros((1, 500)), above=above).p_not_above for above in (0.8, 0.9, 1.0)]
    assert p[0] < 0.01 < p[1] < 0.99 < p[2]


@pytest.mark.parametrize("shape", [(2, 10), (1, 11)])
def test_shapes_that_do_not_match_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"got \(1, 1, 10\) and"):
        difference(np.ones((1, 1, 10)), np.ones(shape))


@pytest.mark.parametrize(("generators", "classifiers"), [(1, 1), (3, 1), (5, 1), (1, 3), (3, 3), (5, 3)])
def test_95_percent_intervals_cover_the_truth_95_times_in_100(generators: int, classifiers: int) -> None:
    """2,000 simulated comparisons on 300 images. Images have a difficulty, generators and trainings of classifiers a
    quality; a probit model with these decides which predictions are correct, so that all accuracies are known."""
    simulations, images, spread, of_training, chance = 2000, 300, 0.1, 0.1, 1.5
    rng = np.random.default_rng([generators, classifiers])

    def accuracy(quality: float | np.ndarray, extra: float = 0.0) -> np.ndarray:
        return stats.norm.cdf(quality / np.sqrt(1 + chance**2 + extra))

    covered = 0
    for simulation in range(simulations):
        difficulty = chance * rng.normal(size=images)
        qualities = 2.0 + spread * rng.normal(size=(generators, 1, 1))
        of_trainings = qualities + of_training * rng.normal(size=(generators, classifiers, 1))
        real = 2.3 + of_training * rng.normal(size=(classifiers, 1))
        correct = of_trainings + difficulty + rng.normal(size=(generators, classifiers, images)) > 0
        other = real + difficulty + rng.normal(size=(classifiers, images)) > 0
        # The interval is about all possible trainings if there are three, otherwise about the given ones.
        any_generator, any_classifier = generators >= 3, classifiers >= 3
        if any_generator:
            generated = accuracy(2.0, spread**2 + of_training**2)
        else:
            generated = accuracy(qualities, of_training**2).mean() if any_classifier else accuracy(of_trainings).mean()
        truth = generated - (accuracy(2.3, of_training**2) if any_classifier else accuracy(real).mean())
        result = difference(correct, other, resamples=1000, seed=simulation)
        assert (result.in_pp()["of_any_generator"], result.in_pp()["of_any_classifier"]) == (
            any_generator,
            any_classifier,
        )
        covered += result.low <= truth <= result.high
    assert 0.93 <= covered / simulations <= 0.97


def test_the_variance_of_a_mean_over_three_crossed_factors_is_unbiased() -> None:
    """Simulated effects of each factor and of all interactions: on average the estimate is their variance."""
    rng = np.random.default_rng(0)
    shape, simulations = (3, 4, 5), 4000
    deviations = {(0,): 0.2, (1,): 0.2, (2,): 0.2, (0, 1): 1.0, (0, 2): 1.0, (1, 2): 1.0, (0, 1, 2): 3.0}
    values = np.zeros((simulations, *shape))
    for axes, deviation in deviations.items():
        levels = [n if axis in axes else 1 for axis, n in enumerate(shape)]
        values += deviation * rng.normal(size=(simulations, *levels))
    variance = sum(d**2 / np.prod([shape[axis] for axis in axes]) for axes, d in deviations.items())
    estimates = [square_of_mean(mean_squares(layout)[0]) / layout.size for layout in values]
    assert np.mean(estimates) == pytest.approx(variance, rel=0.03)
    assert values.mean(axis=(1, 2, 3)).var() == pytest.approx(variance, rel=0.05)


def test_intervals_stay_within_minus_one_and_one() -> None:
    correct = np.zeros((3, 3, 2))
    correct[0] = 1
    result = difference(correct, np.ones((3, 2)))
    assert (result.low, result.high <= 1) == (-1, True)


@pytest.mark.parametrize(
    ("groups", "size", "trainings"), [(100, 10, 1), (30, 30, 1), (30, 30, 3), (12, 50, 1), (5, 128, 1)]
)
def test_intervals_of_grouped_images_cover_the_truth_95_times_in_100(groups: int, size: int, trainings: int) -> None:
    """Images of a group share a difference of difficulty between both arms; groups have different sizes. If images
    counted as independent, coverage would be 45 to 76%."""
    rng, covered, simulations = np.random.default_rng([groups, trainings]), 0, 2000
    quality, chance, shared = (1.6, 1.3), 1.0, 0.7
    truth = np.subtract(*stats.norm.cdf(np.array(quality) / np.sqrt(1 + chance**2 + shared**2)))
    for _ in range(simulations):
        of_image = np.repeat(np.arange(groups), rng.integers(size // 2, 3 * size // 2, groups))
        difficulty = chance * rng.normal(size=groups)[of_image]
        effects = shared * rng.normal(size=(2, groups))[:, of_image]
        correct = quality[0] + difficulty + effects[0] + rng.normal(size=(trainings, 1, len(of_image))) > 0
        other = quality[1] + difficulty + effects[1] + rng.normal(size=(1, len(of_image))) > 0
        result = difference(correct, other, groups=of_image)
        covered += result.low <= truth <= result.high
    assert 0.93 <= covered / simulations <= 0.97


def test_intervals_cover_the_truth_where_the_variation_between_generators_dominates() -> None:
    """Three generators and three classifiers that vary as on CIFAR-10."""
    rng, covered, simulations = np.random.default_rng(0), 0, 600
    for _ in range(simulations):
        accuracy = 0.7 + 0.013 * rng.normal(size=(3, 1, 1)) + 0.004 * rng.normal(size=(1, 3, 1))
        correct = rng.random((3, 3, 3000), np.float32) < accuracy
        real = rng.random((3, 3000), np.float32) < 0.88 + 0.004 * rng.normal(size=(3, 1))
        result = difference(correct, real)
        covered += result.low <= -0.18 <= result.high
    assert 0.93 <= covered / simulations <= 0.97


def test_groups_of_single_images_change_nothing_and_the_mean_is_that_of_images() -> None:
    values = np.random.default_rng(0).random((2, 50))
    assert by_group(values, np.arange(50)) == pytest.approx(values)
    grouped = by_group(values, np.arange(50) % 7)
    assert grouped.shape == (2, 7) and grouped.mean(axis=-1) == pytest.approx(values.mean(axis=-1))
