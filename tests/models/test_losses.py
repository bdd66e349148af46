"""Values of the loss functions."""

import math

import numpy as np
import pytest

from standin.models import losses


def scalar(value: object) -> float:
    return float(np.asarray(value))


@pytest.mark.parametrize(
    ("logit", "target", "expected"),
    [
        (0.0, 1.0, math.log(2)),  # -log 1/2
        (0.0, 0.0, math.log(2)),
        (2.0, 1.0, math.log(1 + math.exp(-2))),  # -log s(2)
        (2.0, 0.0, 2 + math.log(1 + math.exp(-2))),  # -log(1 - s(2))
        (-3.0, 0.9, 0.9 * math.log(1 + math.exp(3)) + 0.1 * math.log(1 + math.exp(-3))),
        (1000.0, 0.0, 1000.0),  # no overflow
        (-1000.0, 1.0, 1000.0),
    ],
)
def test_cross_entropy(logit: float, target: float, expected: float) -> None:
    assert scalar(losses.cross_entropy(np.array([[logit]], np.float32), target)) == pytest.approx(expected, rel=1e-5)


def test_discriminator_loss_is_log_2_at_chance() -> None:
    zeros = np.zeros((4, 1), np.float32)
    assert scalar(losses.discriminator_loss(zeros, zeros)) == pytest.approx(math.log(2), rel=1e-6)


def test_discriminator_loss_is_the_mean_over_real_and_generated() -> None:
    real, generated = np.array([[1.0]], np.float32), np.array([[-2.0]], np.float32)
    expected = (math.log(1 + math.exp(-1)) + math.log(1 + math.exp(-2))) / 2
    assert scalar(losses.discriminator_loss(real, generated)) == pytest.approx(expected, rel=1e-5)


def test_cross_entropy_with_a_smoothed_target_is_minimal_at_its_probability() -> None:
    best = math.log(0.9 / 0.1)
    entropy = -(0.9 * math.log(0.9) + 0.1 * math.log(0.1))
    assert scalar(losses.cross_entropy(np.array([[best]], np.float32), 0.9)) == pytest.approx(entropy, rel=1e-5)


def test_generator_loss_falls_as_the_discriminator_is_fooled() -> None:
    assert scalar(losses.generator_loss(np.array([[2.0]], np.float32))) == pytest.approx(
        math.log(1 + math.exp(-2)), rel=1e-5
    )
    assert scalar(losses.generator_loss(np.array([[-2.0]], np.float32))) == pytest.approx(
        2 + math.log(1 + math.exp(-2)), rel=1e-5
    )


def test_hinge_losses() -> None:
    real, generated = np.array([[2.0], [0.5]], np.float32), np.array([[-3.0], [0.0]], np.float32)
    assert scalar(losses.hinge_discriminator_loss(real, generated)) == pytest.approx((0.25 + 0.5) / 2)
    assert scalar(losses.raise_score(generated)) == pytest.approx(1.5)


def test_hinge_loss_is_1_at_chance() -> None:
    zeros = np.zeros((4, 1), np.float32)
    assert scalar(losses.hinge_discriminator_loss(zeros, zeros)) == pytest.approx(1.0)


def test_divergence_from_the_prior_to_itself_is_zero() -> None:
    zeros = np.zeros((3, 2), np.float32)
    assert scalar(losses.gaussian_kl(zeros, zeros)) == pytest.approx(0.0, abs=1e-7)


def test_divergence_of_a_shifted_and_a_wider_gaussian() -> None:
    mean, log_variance = np.array([[1.0, 0.0]], np.float32), np.array([[0.0, math.log(4.0)]], np.float32)
    # 1/2 mean^2 = 1/2, and 1/2 (4 - 1 - log 4).
    assert scalar(losses.gaussian_kl(mean, log_variance)) == pytest.approx(0.5 + (3 - math.log(4)) / 2, rel=1e-5)


def test_squared_error_is_summed_over_pixels_and_averaged_over_images() -> None:
    images = np.zeros((2, 2, 2, 1), np.float32)
    reconstructions = np.stack([np.full((2, 2, 1), 0.5), np.zeros((2, 2, 1))]).astype(np.float32)
    assert scalar(losses.summed_squared_error(images, reconstructions)) == pytest.approx(4 * 0.25 / 2)


@pytest.mark.parametrize(
    ("name", "real", "generated", "discriminator", "generator"),
    [
        ("least_squares", [1.0, 0.0], [0.5, 0.5], (0.5 + 0.25) / 2, 0.125),
        ("least_squares", [0.5], [0.5], 0.25, 0.125),
        ("wasserstein", [3.0, 1.0], [-1.0, 2.0], 0.5 - 2.0, -0.5),
        ("hinge", [2.0, 0.0], [-2.0, 1.0], (0.5 + 1.0) / 2, 0.5),
    ],
)
def test_adversarial_losses(
    name: str, real: list[float], generated: list[float], discriminator: float, generator: float
) -> None:
    pair = losses.ADVERSARIAL[name]
    columns = [np.array(values, np.float32)[:, None] for values in (real, generated)]
    assert scalar(pair.discriminator(*columns, 1.0)) == pytest.approx(discriminator)
    assert scalar(pair.generator(columns[1])) == pytest.approx(generator)


def test_least_squares_loss_with_a_smoothed_target() -> None:
    real, generated = np.array([[0.9]], np.float32), np.array([[0.0]], np.float32)
    assert scalar(losses.least_squares_discriminator_loss(real, generated, 0.9)) == pytest.approx(0.0, abs=1e-12)


def test_discriminator_outputs_are_logged_as_probabilities_and_a_critic_logs_its_distance() -> None:
    real, generated = np.array([[0.0]], np.float32), np.array([[-1.0]], np.float32)
    logs = {name: scalar(value) for name, value in losses.adversarial_logs("non_saturating", real, generated).items()}
    assert logs == {
        "discriminator_on_real": pytest.approx(0.5),
        "discriminator_on_generated": pytest.approx(1 / (1 + math.e)),
    }
    assert scalar(losses.adversarial_logs("least_squares", real, generated)["discriminator_on_real"]) == 0.0
    assert scalar(losses.adversarial_logs("wasserstein", real, generated)["wasserstein_estimate"]) == 1.0


def test_shared_information_is_entropy_for_equal_and_0_for_independent_categories() -> None:
    sure = np.eye(4, dtype=np.float32)[np.arange(40) % 4]
    assert float(losses.shared_information(sure, sure)) == pytest.approx(np.log(4), abs=1e-4)
    every = np.eye(4, dtype=np.float32)
    independent = losses.shared_information(np.repeat(every, 4, axis=0), np.tile(every, (4, 1)))
    assert float(independent) == pytest.approx(0, abs=1e-4)
    half = np.full((40, 2), 0.5, np.float32)
    two = np.stack([np.eye(2, dtype=np.float32)[np.arange(40) % 2], half], axis=1)
    np.testing.assert_allclose(losses.shared_information(two, two), [np.log(2), 0], atol=1e-4)
