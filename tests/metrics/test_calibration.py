"""Sensitivity of metrics to planted faults in real 8x8 digits; new real images give the value to expect."""

from typing import NamedTuple

import numpy as np
import pytest

from standin.core.images import to_float
from standin.data import digits
from standin.metrics import authenticity, data_copying, frechet_distance, membership, neighborhoods
from standin.metrics.nearest import nearest, nearest_others

N = 400
"""Images per set."""


class Real(NamedTuple):
    """Real images in four disjoint parts, (n, 64); and labels of the last, (n,)."""

    training: np.ndarray
    held_out: np.ndarray
    test: np.ndarray
    new: np.ndarray
    new_labels: np.ndarray


@pytest.fixture(scope="module")
def real() -> Real:
    train = digits.load().splits["train"]
    order = np.random.default_rng(0).permutation(len(train["labels"]))
    flat = to_float(train["images"]).reshape(len(order), -1)[order]
    parts = np.split(flat, [len(flat) - 3 * N, len(flat) - 2 * N, len(flat) - N])
    return Real(*parts, train["labels"][order][-N:])


def test_new_real_images_have_the_expected_value_of_every_metric(real: Real) -> None:
    result = neighborhoods(real.new, real.test)
    assert min(result.precision, result.recall, result.coverage) > 0.9
    assert result.density == pytest.approx(1, abs=0.1)
    assert abs(data_copying(real.new, real.held_out, real.training, cells=5)) < 3


def test_only_authenticity_and_c_t_detect_copies(real: Real, rng: np.random.Generator) -> None:
    copies = real.training[:N] + rng.normal(0, 0.02, (N, 64))
    assert authenticity(copies, real.training).value < 0.05
    assert authenticity(real.new, real.training).value > 0.4
    assert data_copying(copies, real.held_out, real.training, cells=5) < -5
    seen, floor = neighborhoods(copies, real.test), neighborhoods(real.new, real.test)
    assert seen == pytest.approx(floor, abs=0.05)


def test_coverage_detects_a_missing_class(real: Real) -> None:
    others = real.new[real.new_labels != 3]
    without = np.concatenate([others, others[: N - len(others)]])
    floor = neighborhoods(real.new, real.test)
    assert neighborhoods(without, real.test).coverage < floor.coverage - 0.04
    assert neighborhoods(without, real.test).precision == pytest.approx(floor.precision, abs=0.02)


def test_recall_detects_a_gaussian_with_the_right_mean_and_covariance(real: Real, rng: np.random.Generator) -> None:
    gaussian = rng.multivariate_normal(real.training.mean(axis=0), np.cov(real.training.T), N)
    assert neighborhoods(gaussian, real.test).recall < neighborhoods(real.new, real.test).recall - 0.05
    # Its Frechet distance hardly exceeds that of new real images, in units of the total variance.
    variance = np.trace(np.cov(real.test.T))
    floor = frechet_distance(real.new, real.test, min_per_feature=1)
    assert (frechet_distance(gaussian, real.test, min_per_feature=1) - floor) / variance < 0.05


class Split(NamedTuple):
    """Digits as a run splits them: members and held-out images, (n, 64); and images by one Gaussian per class."""

    members: np.ndarray
    held_out: np.ndarray
    gaussian: np.ndarray


@pytest.fixture(scope="module")
def digits_split() -> Split:
    train, rng = digits.load().splits["train"], np.random.default_rng(0)
    order = rng.permutation(len(train["labels"]))
    flat, labels = to_float(train["images"]).reshape(len(order), -1)[order], train["labels"][order]
    members, held_out = flat[:1257], flat[1257:]
    by_class = [members[labels[:1257] == label] for label in range(10)]
    drawn = [rng.multivariate_normal(images.mean(axis=0), np.cov(images.T), 500) for images in by_class]
    return Split(members, held_out, np.concatenate(drawn).astype(np.float32))


def detected(split: Split, generated: np.ndarray) -> bool:
    """Whether memorization is detected, as one of the nine tests of a run."""
    distances = [nearest(real, generated).distance for real in (split.members, split.held_out)]
    return membership(*distances, tests=3).detected


@pytest.mark.parametrize("share", [0.02, 0.05, 0.1, 0.7])
def test_membership_detects_copies_among_images_of_a_model_that_cannot_copy(
    digits_split: Split, rng: np.random.Generator, share: float
) -> None:
    mixture = digits_split.gaussian.copy()
    copied = rng.permutation(len(mixture))[: round(share * len(mixture))]
    mixture[copied] = rng.choice(digits_split.members, len(copied))
    assert detected(digits_split, mixture)


@pytest.mark.parametrize("noise", [0.1, 0.25, 0.5])
def test_membership_detects_training_images_with_noise(
    digits_split: Split, rng: np.random.Generator, noise: float
) -> None:
    copies = rng.choice(digits_split.members, 5000)
    assert detected(digits_split, (copies + rng.normal(0, noise, copies.shape)).astype(np.float32))


def test_membership_detects_few_training_images_that_are_repeated(
    digits_split: Split, rng: np.random.Generator
) -> None:
    few = rng.permutation(digits_split.members)[:63]
    assert detected(digits_split, np.concatenate([digits_split.gaussian[:4000], rng.choice(few, 1000)]))


def test_membership_detects_interpolated_training_images(digits_split: Split, rng: np.random.Generator) -> None:
    """As SMOTE makes them (Chawla et al. 2002), from an image and its nearest neighbor."""
    images = digits_split.members
    neighbors = images[nearest_others(images).indices]
    weights = rng.random((len(images), 1)).astype(np.float32)
    assert detected(digits_split, weights * images + (1 - weights) * neighbors)


def test_membership_detects_nothing_in_new_images(digits_split: Split, rng: np.random.Generator) -> None:
    assert not detected(digits_split, digits_split.gaussian)
    new = Split(digits_split.members, digits_split.held_out[:270], digits_split.held_out[270:])
    assert not detected(new, new.gaussian)
