"""Pixel noise, and the losses of the predicted conditions."""

import keras
import numpy as np
import pytest

from standin.models.adversarial import Generated
from standin.models.conditional_predictor_gan import ConditionalPredictorGAN

SHAPE = (8, 8, 3)
CONDITIONS = np.zeros((50, 2), np.float32)


@pytest.fixture(scope="module")
def model() -> ConditionalPredictorGAN:
    small = {"hidden": 8, "generator_width": 4, "discriminator_width": 4, "minibatch_kernels": 2}
    return ConditionalPredictorGAN(SHAPE, n_conditions=2, latent_dim=5, pixel_noise=True, **small)


def test_noise_changes_its_pixel_only_and_in_proportion(model: ConditionalPredictorGAN) -> None:
    latents = model.draw_latent(np.random.default_rng(0), 50)
    latents[:, 5:] = 0
    images = [keras.ops.convert_to_numpy(model.generator([latents, CONDITIONS]))]
    for amount in (1, 2):
        latents[:, 5 + 100] = amount
        images.append(keras.ops.convert_to_numpy(model.generator([latents, CONDITIONS])))
    once, twice = (np.abs(image - images[0]).reshape(50, -1) for image in images[1:])
    assert (np.delete(once, 100, axis=1) == 0).all()
    assert (once[:, 100] > 0).all()
    np.testing.assert_allclose(twice[:, 100], 2 * once[:, 100], rtol=1e-3)


def test_latents_are_uniform_and_pixel_noise_normal_independently_of_later_ones(
    model: ConditionalPredictorGAN,
) -> None:
    for latents in (model.draw_latent(np.random.default_rng(0), 400), np.asarray(model.training_latent(400))):
        assert latents.shape == (400, 5 + 8 * 8 * 3)
        assert np.abs(latents[:, :5]).max() <= 1
        assert latents[:, :5].std() == pytest.approx(3**-0.5, abs=0.03)
        assert latents[:, 5:].std() == pytest.approx(1, abs=0.02)
    few, many = (model.draw_latent(np.random.default_rng(0), n) for n in (2, 9))
    np.testing.assert_array_equal(few, many[:2])


@pytest.mark.parametrize(
    ("prediction", "predicted_real", "predicted_generated", "discriminator", "generator"),
    [
        ("real", 3.0, 1.0, 0.5 * 9, 2 * 1),  # the error of real images alone
        ("relative", 3.0, 1.0, 0.5 * (9 - 1), 2 * 1),
        ("relative", 1.0, 3.0, 0, 2 * 9),  # never below 0: predictions of generated images are worse
    ],
)
def test_losses_of_predicted_conditions(
    prediction: str, predicted_real: float, predicted_generated: float, discriminator: float, generator: float
) -> None:
    """For the mean condition, which is 0 when standardized, a prediction of 3 has the squared error 9."""
    model = ConditionalPredictorGAN(
        SHAPE,
        n_conditions=2,
        hidden=4,
        generator_width=4,
        prediction=prediction,
        discriminator_prediction_weight=0.5,
        generator_prediction_weight=2.0,
    )
    conditions = np.random.default_rng(0).normal(5, 3, (64, 2)).astype(np.float32)
    model.adapt(conditions, conditions)
    sample = Generated(None, None, np.repeat(conditions.mean(axis=0, keepdims=True), 6, axis=0))
    real, generated = (np.full((6, 2), value, np.float32) for value in (predicted_real, predicted_generated))
    loss, logs = model.further_discriminator_loss(sample, [real], [generated])
    assert float(loss) == pytest.approx(discriminator, abs=1e-4)
    assert float(logs["prediction_error_real"]) == pytest.approx(predicted_real**2, rel=1e-4)
    assert float(model.further_generator_loss(sample, [generated])) == pytest.approx(generator, rel=1e-4)
