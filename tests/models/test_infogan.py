"""InfoGAN: its latent, and its bound of mutual information."""

from pathlib import Path

import keras
import numpy as np
import pytest

from standin.core.errors import InputError
from standin.core.images import to_float
from standin.models.adversarial import Generated
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


def test_the_bound_of_an_always_predicted_category_is_its_entropy(model: InfoGAN) -> None:
    latents = model.draw_latent(np.random.default_rng(0), 50)
    category, codes = latents[:, 62:72], latents[:, 72:]
    sure, _ = model.information(Generated(None, latents, None), [codes, 1000 * category])
    unsure, _ = model.information(Generated(None, latents, None), [codes, np.zeros((50, 10), np.float32)])
    assert float(sure) == pytest.approx(np.log(10))
    assert float(unsure) == pytest.approx(0, abs=1e-6)


def test_the_bound_of_codes_is_entropy_minus_gaussian_cross_entropy(model: InfoGAN) -> None:
    latents = model.draw_latent(np.random.default_rng(0), 50)
    codes = latents[:, 72:]
    _, exact = model.information(Generated(None, latents, None), [codes, latents[:, 62:72]])
    assert float(exact) == pytest.approx(3 * (np.log(2) - np.log(SPREAD * np.sqrt(2 * np.pi))), rel=1e-5)
    _, off = model.information(Generated(None, latents, None), [codes + SPREAD, latents[:, 62:72]])
    assert float(exact - off) == pytest.approx(3 / 2, rel=1e-4)


@pytest.fixture(scope="module")
def invariant() -> InfoGAN:
    return InfoGAN(image_shape=(8, 8, 3), hidden=8, width=4, invariant_category=True)


def test_an_invariant_category_does_not_depend_on_color(model: InfoGAN, invariant: InfoGAN) -> None:
    stroke = np.random.default_rng(0).uniform(-1, 1, (4, 8, 8, 1)).astype(np.float32)
    red, white = np.concatenate([stroke, 0 * stroke - 1, 0 * stroke - 1], axis=3), np.repeat(stroke, 3, axis=3)
    np.testing.assert_array_equal(invariant.recognize(red)[0], invariant.recognize(white)[0])
    assert not np.allclose(model.recognize(red)[0], model.recognize(white)[0])


def test_the_generator_learns_the_category_once_the_choice_of_the_head_is_final() -> None:
    model = InfoGAN(image_shape=(8, 8, 3), hidden=8, width=4, invariant_category=True, category_from=2)
    latents = model.draw_latent(np.random.default_rng(0), 4)
    images = np.random.default_rng(0).uniform(-1, 1, (4, 8, 8, 3)).astype(np.float32)
    learned = []
    for _ in range(3):
        learned.append(float(model.information(Generated(images, latents, None), [latents[:, 72:]])[0]) != 0)
        model.reader.learn({"images": images})
    assert learned == [False, False, True]


def test_the_reader_is_trained_and_saved(tmp_path: Path) -> None:
    model = InfoGAN(image_shape=(8, 8, 3), hidden=8, width=4, invariant_category=True)
    images = np.random.default_rng(0).integers(0, 255, (32, 8, 8, 3), dtype=np.uint8)
    before = model.reader.network.get_weights()
    history = train(model, images, epochs=1, batch_size=16, seed=0).history
    assert abs(history["information_shared"][0]) < np.log(10)
    assert all((a != b).any() for a, b in zip(before, model.reader.network.get_weights(), strict=True) if a.ndim > 1)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    inputs = to_float(images)
    np.testing.assert_allclose(loaded.recognize(inputs)[0], model.recognize(inputs)[0], atol=1e-6)
    np.testing.assert_array_equal(loaded.reader.agreement, model.reader.agreement)


@pytest.mark.parametrize("option", [{"latent_dim": 50}, {"latent": "uniform"}])
def test_options_of_the_latent_are_rejected(option: dict) -> None:
    with pytest.raises(InputError, match=f"{next(iter(option))} must not be given to InfoGAN"):
        InfoGAN.check_options(option)
    with pytest.raises(InputError, match="must not be given to InfoGAN"):
        InfoGAN(image_shape=(8, 8, 3), **option)


def test_fewer_than_two_continuous_codes_are_rejected() -> None:
    with pytest.raises(InputError, match="continuous must be at least 2, .* got 1"):
        InfoGAN.check_options({"continuous": 1})
