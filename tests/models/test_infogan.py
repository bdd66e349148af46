"""InfoGAN: its latent, and its bound of mutual information."""

import numpy as np
import pytest

from standin.errors import InputError
from standin.models.adversarial import Drawn
from standin.models.deformation import white_strokes
from standin.models.infogan import SPREAD, InfoGAN
from standin.training import train


@pytest.fixture(scope="module")
def model() -> InfoGAN:
    return InfoGAN(image_shape=(8, 8, 3), hidden=8, width=4, categories=10, continuous=3)


def test_the_latent_is_noise_a_category_and_codes(model: InfoGAN) -> None:
    for latents in (model.draw_latent(np.random.default_rng(0), 500), np.asarray(model.training_latent(500))):
        noise, category, codes = np.split(latents, [62, 72], axis=1)
        assert noise.std() == pytest.approx(1.0, abs=0.05)
        assert (np.sort(category, axis=1) == [0] * 9 + [1]).all() and (category.sum(axis=0) > 20).all()
        assert codes.min() >= -1 and codes.max() <= 1 and codes.std() == pytest.approx(3**-0.5, abs=0.05)


def test_the_bound_is_the_entropy_of_a_category_that_is_always_read_rightly(model: InfoGAN) -> None:
    latents = model.draw_latent(np.random.default_rng(0), 50)
    category, codes = latents[:, 62:72], latents[:, 72:]
    sure, _ = model.information(Drawn(None, latents, None), [1000 * category[:, None], codes])
    unsure, _ = model.information(Drawn(None, latents, None), [np.zeros((50, 1, 10), np.float32), codes])
    assert float(sure) == pytest.approx(np.log(10))
    assert float(unsure) == pytest.approx(0, abs=1e-6)


def test_the_bound_of_codes_is_entropy_minus_the_gaussians_cross_entropy(model: InfoGAN) -> None:
    latents = model.draw_latent(np.random.default_rng(0), 50)
    codes = latents[:, 72:]
    _, exact = model.information(Drawn(None, latents, None), [latents[:, None, 62:72], codes])
    assert float(exact) == pytest.approx(3 * (np.log(2) - np.log(SPREAD * np.sqrt(2 * np.pi))), rel=1e-5)
    _, off = model.information(Drawn(None, latents, None), [latents[:, None, 62:72], codes + SPREAD])
    assert float(exact - off) == pytest.approx(3 / 2, rel=1e-4)


@pytest.fixture(scope="module")
def invariant() -> InfoGAN:
    return InfoGAN(image_shape=(8, 8, 3), hidden=8, width=4, invariance_weight=1.0)


def test_with_invariance_the_category_is_read_without_colour(model: InfoGAN, invariant: InfoGAN) -> None:
    stroke = np.random.default_rng(0).uniform(-1, 1, (4, 8, 8, 1)).astype(np.float32)
    red, white = np.concatenate([stroke, 0 * stroke - 1, 0 * stroke - 1], axis=3), np.repeat(stroke, 3, axis=3)
    np.testing.assert_array_equal(invariant.recognise(red)[0], invariant.recognise(white)[0])
    assert not np.allclose(model.recognise(red)[0], model.recognise(white)[0])


def test_the_reading_that_agrees_best_with_itself_counts(invariant: InfoGAN) -> None:
    images = np.random.default_rng(0).uniform(-1, 1, (4, 8, 8, 3)).astype(np.float32)
    every = np.asarray(invariant.judged(white_strokes(images), None, training=False)[1])
    invariant.agreement.assign([0.1, 0.2, 0.9, 0.3, 0.0])
    np.testing.assert_array_equal(invariant.category_logits(images, None, training=False), every[:, 2])


def test_the_game_begins_after_the_steps_that_are_invariances_own() -> None:
    model = InfoGAN(image_shape=(8, 8, 3), hidden=8, width=4, invariance_weight=1.0, invariance_first=2)
    images = np.random.default_rng(0).integers(0, 255, (32, 8, 8, 3), dtype=np.uint8)
    history = train(model, images, epochs=2, batch_size=16, seed=0).history
    for name in ("generator_loss", "wasserstein_estimate", "information_category"):
        assert history[name][0] == 0 and history[name][1] != 0


def test_the_reading_is_chosen_before_the_game() -> None:
    model = InfoGAN(image_shape=(8, 8, 3), hidden=8, width=4, invariance_weight=1.0, invariance_first=0)
    images = np.random.default_rng(0).integers(0, 255, (32, 8, 8, 3), dtype=np.uint8)
    train(model, images, epochs=1, batch_size=16, seed=0)
    assert (np.asarray(model.agreement) == 0).all()


def test_training_moves_the_running_means_of_agreement() -> None:
    model = InfoGAN(image_shape=(8, 8, 3), hidden=8, width=4, invariance_weight=1.0)
    images = np.random.default_rng(0).integers(0, 255, (32, 8, 8, 3), dtype=np.uint8)
    history = train(model, images, epochs=1, batch_size=16, seed=0).history
    assert (np.asarray(model.agreement) != 0).all()
    assert abs(history["information_shared"][0]) < np.log(10)


@pytest.mark.parametrize("option", [{"latent_dim": 50}, {"latent": "uniform"}])
def test_the_latent_follows_from_its_parts(option: dict) -> None:
    with pytest.raises(InputError, match=f"{next(iter(option))} must not be given to InfoGAN"):
        InfoGAN(image_shape=(8, 8, 3), **option)
