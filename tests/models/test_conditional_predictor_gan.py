"""The generator that draws each pixel from a mean and a deviation."""

import keras
import numpy as np
import pytest

from standin.models.conditional_predictor_gan import ConditionalPredictorGAN

SHAPE = (8, 8, 3)
CONDITIONS = np.zeros((50, 2), np.float32)


@pytest.fixture(scope="module")
def model() -> ConditionalPredictorGAN:
    small = {"hidden": 8, "generator_width": 4, "discriminator_width": 4, "minibatch_kernels": 2}
    return ConditionalPredictorGAN(SHAPE, n_conditions=2, latent_dim=5, pixel_noise=True, **small)


def test_noise_of_a_pixel_moves_that_pixel_alone_and_in_proportion(model: ConditionalPredictorGAN) -> None:
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


def test_latents_are_uniform_and_pixels_normal_and_a_row_does_not_depend_on_how_many_follow(
    model: ConditionalPredictorGAN,
) -> None:
    for latents in (model.draw_latent(np.random.default_rng(0), 400), np.asarray(model.training_latent(400))):
        assert latents.shape == (400, 5 + 8 * 8 * 3)
        assert np.abs(latents[:, :5]).max() <= 1
        assert latents[:, :5].std() == pytest.approx(3**-0.5, abs=0.03)
        assert latents[:, 5:].std() == pytest.approx(1, abs=0.02)
    few, many = (model.draw_latent(np.random.default_rng(0), n) for n in (2, 9))
    np.testing.assert_array_equal(few, many[:2])
