"""Checks of all registered generative models, then of single models."""

import inspect
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from standin.core.images import to_uint8
from standin.models import register_all
from standin.models.class_gaussian import ClassGaussian, principal_directions
from standin.models.class_mixture import ClassMixture
from standin.models.dcgan import DCGAN
from standin.models.diffusion import Diffusion
from standin.models.gan import GAN
from standin.models.latent_diffusion import LatentDiffusion
from standin.models.registry import GENERATIVE_MODELS
from standin.models.vae import VAE
from standin.training import GenerativeModel, build_model, train, trainable_arrays
from standin.training.capabilities import CAPABILITIES

CLASSES = 3


SMALLER: dict[str, dict[str, Any]] = {
    "class_mixture": {"components": 3, "rank": 20},
    "conditional_gan": {"generator_width": 8, "discriminator_width": 8},
    "conditional_predictor_gan": {"hidden": 32, "generator_width": 8, "discriminator_width": 8, "minibatch_kernels": 4},
    "dcgan": {"generator_width": 8, "discriminator_width": 8},
    "diffusion": {"widths": [8, 16], "blocks": 1},
    "infogan": {"hidden": 32, "width": 8},
}
"""Arguments of models that are slow by default."""


def built(name: str, shape: tuple[int, int, int], seed: int = 0) -> GenerativeModel:
    return build_model(GENERATIVE_MODELS[name], shape, CLASSES, seed, SMALLER.get(name, {}), n_conditions=2)


def training_images(shape: tuple[int, int, int], n: int = 48) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    labels = np.arange(n) % CLASSES
    return (rng.integers(0, 80, (n, *shape)) + 60 * labels[:, None, None, None]).astype(np.uint8), labels


def sampled(model: GenerativeModel, n: int, seed: int) -> np.ndarray:
    return np.concatenate(list(model.sample(n, seed, condition_for(model, n))))


def condition_for(model: GenerativeModel, n: int) -> np.ndarray | None:
    """The condition of n images."""
    labels = np.arange(n) % CLASSES
    return {
        None: None,
        "labels": labels,
        "conditions": np.stack([labels, CLASSES - labels], axis=1).astype(np.float32),
    }[model.condition]


@pytest.fixture(scope="module", params=GENERATIVE_MODELS)
def trained(request: pytest.FixtureRequest) -> GenerativeModel:
    return train_again(request.param)


def train_again(name: str) -> GenerativeModel:
    shape = (12, 12, 3)
    model = built(name, shape)
    images, _ = training_images(shape)
    train(model, images, condition_for(model, len(images)), epochs=1, batch_size=16, seed=0)
    return model


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_a_model_declares_its_capabilities(trained: GenerativeModel, capability: str) -> None:
    """Others lack a method, or have one with other arguments."""
    protocol = CAPABILITIES[capability]
    methods = [name for name in vars(protocol) if inspect.isfunction(vars(protocol)[name]) and name[0] != "_"]
    attributes = set(protocol.__annotations__) | {*methods}

    def accepts(name: str) -> bool:
        expected, parameters = (
            [*inspect.signature(getattr(owner, name)).parameters.values()] for owner in (protocol, type(trained))
        )
        further = parameters[len(expected) :]
        return [p.name for p in parameters[: len(expected)]] == [p.name for p in expected] and all(
            p.default is not p.empty for p in further
        )

    able = all(hasattr(trained, name) for name in attributes) and all(accepts(name) for name in methods)
    assert able == (capability in trained.capabilities)


def test_the_same_seed_trains_the_same_model(trained: GenerativeModel, request: pytest.FixtureRequest) -> None:
    name = request.node.callspec.params["trained"]
    np.testing.assert_array_equal(sampled(trained, 5, seed=0), sampled(train_again(name), 5, seed=0))


@pytest.mark.parametrize("name", GENERATIVE_MODELS)
def test_another_seed_gives_other_initial_weights(name: str) -> None:
    one, other = (built(name, (12, 12, 3), seed) for seed in (0, 1))
    assert not one.players or any(
        not np.array_equal(a, b) for a, b in zip(trainable_arrays(one), trainable_arrays(other), strict=True)
    )


def test_samples_have_the_shape_and_range_of_images(trained: GenerativeModel) -> None:
    images = sampled(trained, 7, seed=0)
    assert images.shape == (7, 12, 12, 3)
    assert images.dtype == np.float32
    assert -1 <= images.min() < images.max() <= 1


def test_sampling_repeats_by_seed(trained: GenerativeModel) -> None:
    np.testing.assert_array_equal(sampled(trained, 7, seed=3), sampled(trained, 7, seed=3))
    assert not np.array_equal(sampled(trained, 7, seed=3), sampled(trained, 7, seed=4))


def test_a_sample_does_not_depend_on_its_batch(trained: GenerativeModel) -> None:
    """Dropout or batch statistics left on while sampling would show here."""
    np.testing.assert_allclose(sampled(trained, 9, seed=0)[:3], sampled(trained, 3, seed=0), atol=1e-5)


def test_saving_and_loading_keeps_the_samples(trained: GenerativeModel, tmp_path: Path) -> None:
    trained.save(tmp_path / "model.keras")
    register_all()
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False, safe_mode=True)
    assert loaded.condition == trained.condition
    np.testing.assert_allclose(sampled(loaded, 5, seed=0), sampled(trained, 5, seed=0), atol=1e-6)


@pytest.mark.parametrize("n", [5, 40])
def test_principal_directions_give_the_covariance_back(n: int) -> None:
    """With fewer images than pixels they come from the Gram matrix, otherwise from the covariance."""
    values = np.random.default_rng(0).standard_normal((n, 12))
    directions = principal_directions(np.array_split(values - values.mean(axis=0), 3), n, 12, most=12)
    np.testing.assert_allclose(directions.T @ directions, np.cov(values, rowvar=False), atol=1e-10)


@pytest.mark.parametrize("side", [8, 9, 15, 28, 32, 50, 64])
@pytest.mark.parametrize(
    ("upsampling", "downsampling"), [("subpixel", "subpixel"), ("transposed", "strided"), ("resize", "strided")]
)
def test_dcgan_takes_any_side(side: int, upsampling: str, downsampling: str) -> None:
    channels = 1 if side % 2 else 3
    widths = {"generator_width": 4, "discriminator_width": 4}
    model = DCGAN(image_shape=(side, side, channels), **widths, upsampling=upsampling, downsampling=downsampling)
    assert sampled(model, 2, seed=0).shape == (2, side, side, channels)


def test_dcgan_takes_images_that_are_not_square() -> None:
    assert sampled(DCGAN(image_shape=(20, 33, 3), generator_width=4), 2, seed=0).shape == (2, 20, 33, 3)


def test_diffusion_works_without_patches() -> None:
    model = Diffusion(image_shape=(9, 8, 1), n_classes=CLASSES, widths=[4, 8], blocks=1, patch=1)
    assert sampled(model, 2, seed=0).shape == (2, 9, 8, 1)


def test_the_latent_flow_at_one_time_equals_the_flow() -> None:
    model = LatentDiffusion((8, 8, 1), n_classes=3, latent_dim=4, widths=[8], flow_width=8)
    rng = np.random.default_rng(0)
    for variable in model.flow.weights:  # its last kernel starts as zeros
        variable.assign(rng.standard_normal(variable.shape))
    latent, labels = rng.standard_normal((9, 4), dtype=np.float32), np.resize([2, 0, 3], 9)  # 3: dropped
    expected = model.flow([latent, np.full(9, 0.3, np.float32), labels])
    np.testing.assert_allclose(model.direction(latent, 0.3, labels), expected, rtol=1e-4, atol=1e-5)


def test_mlp_gan_has_the_teaching_network() -> None:
    model = GAN(image_shape=(28, 28, 1))
    assert model.generator.count_params() == 1_486_352
    assert model.discriminator.count_params() == 1_460_225


def test_mlp_gan_with_tanh_and_dropout_has_as_many_parameters() -> None:
    model = GAN(image_shape=(28, 28, 1), output="tanh", generator_dropout=0.3, real_target=1.0, latent="uniform")
    assert model.generator.count_params() == 1_486_352
    assert model.discriminator.count_params() == 1_460_225
    latents = model.draw_latent(np.random.default_rng(0), 1000)
    assert -1 <= latents.min() < -0.9 and 0.9 < latents.max() <= 1


def test_both_outputs_of_the_mlp_gan_cover_the_range_of_images() -> None:
    for output in ("sigmoid", "tanh"):
        model = GAN(image_shape=(8, 8, 1), generator_widths=[8], output=output)
        dense = next(layer for layer in reversed(model.generator.layers) if isinstance(layer, keras.layers.Dense))
        for bias, expected in ((-50.0, -1.0), (50.0, 1.0)):
            dense.bias.assign(np.full(64, bias))
            np.testing.assert_allclose(sampled(model, 2, seed=0), expected, atol=1e-4)


def test_adversarial_players_have_the_variables_of_one_network_each() -> None:
    model = GAN(image_shape=(8, 8, 1), generator_widths=[8], discriminator_widths=[8])
    discriminator, generator = model.players
    assert {id(v) for v in discriminator.variables} == {id(v) for v in model.discriminator.trainable_variables}
    assert {id(v) for v in generator.variables} == {id(v) for v in model.generator.trainable_variables}


def test_vae_has_the_teaching_network() -> None:
    model = VAE(image_shape=(28, 28, 1))
    assert model.encoder.count_params() == 403_972
    assert model.decoder.count_params() == 403_728


def test_vae_loss_is_error_plus_divergence() -> None:
    model = VAE(image_shape=(8, 8, 1), widths=[16])
    images, _ = training_images((8, 8, 1))
    history = train(model, images, epochs=2, batch_size=16, seed=0).history
    parts = np.add(history["reconstruction_error"], history["kl_divergence"])
    np.testing.assert_allclose(history["negative_elbo_loss"], parts, rtol=1e-5)


def test_the_learning_rate_of_a_vae_decays_to_0() -> None:
    model = VAE(image_shape=(8, 8, 1), widths=[16], learning_rate=0.01, decay_steps=4)
    images, _ = training_images((8, 8, 1))
    rates = []
    for _ in range(5):
        rates.append(float(model.players[0].optimizer.learning_rate))
        train(model, images[:16], epochs=1, batch_size=16, seed=0)
    np.testing.assert_allclose(rates, 0.005 * (1 + np.cos(np.pi * np.array([0, 0.25, 0.5, 0.75, 1]))), atol=1e-6)


def test_decoder_spread_spreads_the_kinks_over_the_latent_space() -> None:
    for spread, distances in ((0.0, (0, 0)), (0.5, (0.8, 2.0))):
        weights, biases = VAE(image_shape=(8, 8, 1), decoder_spread=spread).decoder.get_weights()[:2]
        # A unit bends where w z + b = 0, a line at |b| / |w| from 0. (|b| has median .75, |w| .59.)
        distance = np.median(np.abs(biases) / np.linalg.norm(weights, axis=0))
        assert distances[0] <= distance <= distances[1]


def test_class_gaussian_has_the_mean_and_covariance_of_each_class() -> None:
    rng = np.random.default_rng(0)
    shape = (8, 8, 1)
    labels = np.repeat(np.arange(2), 2000)
    # Only the first two pixels vary, correlated in class 0, anticorrelated in class 1, with different means.
    noise = rng.normal(0, 12, 4000)
    images = np.full((4000, 64), 100.0)
    images[:, 0] = 90 + 40 * labels + noise
    images[:, 1] = 120 + np.where(labels == 0, noise, -noise)
    images = np.rint(images).astype(np.uint8).reshape(-1, *shape)
    model = ClassGaussian(image_shape=shape, n_classes=2)
    train(model, images, labels, epochs=1, batch_size=16, seed=0)
    samples = to_uint8(np.concatenate(list(model.sample(4000, 0, labels)))).reshape(-1, 64).astype(float)
    for c in range(2):
        real, generated = images[labels == c].reshape(-1, 64).astype(float), samples[labels == c]
        np.testing.assert_allclose(generated.mean(axis=0), real.mean(axis=0), atol=1.0)
        np.testing.assert_allclose(generated[:, :2].std(axis=0), real[:, :2].std(axis=0), rtol=0.06)
        assert np.corrcoef(generated[:, 0], generated[:, 1])[0, 1] == pytest.approx(1 if c == 0 else -1, abs=0.02)


def test_class_gaussian_names_a_class_that_is_too_small() -> None:
    model = ClassGaussian(image_shape=(8, 8, 1), n_classes=2)
    images = np.zeros((4, 8, 8, 1), np.uint8)
    with pytest.raises(ValueError, match="class 1 has 1"):
        train(model, images, np.array([0, 0, 0, 1]), epochs=1, batch_size=2, seed=0)


def images_of_two_classes() -> tuple[np.ndarray, np.ndarray]:
    """Images of four pixels. Class 0 has two clusters, of 300 and 100 images; in the larger one, the first two pixels
    are correlated. Class 1 has one cluster."""
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 10, (600, 4))
    noise[:300, 1] = noise[:300, 0]
    centers = np.repeat([[60, 60, 60, 60], [200, 200, 60, 60], [60, 60, 200, 200]], [300, 100, 200], axis=0)
    images = np.rint(centers + noise).clip(0, 255).astype(np.uint8).reshape(-1, 2, 2, 1)
    return images, np.repeat([0, 1], [400, 200])


def test_class_mixture_has_the_clusters_of_each_class() -> None:
    images, labels = images_of_two_classes()
    model = ClassMixture(image_shape=(2, 2, 1), n_classes=2, components=2, shrinkage=0.0)
    train(model, images, labels, epochs=1, batch_size=2, seed=0)
    generated = np.concatenate(list(model.sample(4000, 0, np.repeat([0, 1], 2000)))).reshape(4000, 4) * 127.5 + 127.5
    in_second = generated[:2000, 0] > 130
    assert in_second.mean() == pytest.approx(0.25, abs=0.03)
    larger, smaller = generated[:2000][~in_second], generated[:2000][in_second]
    np.testing.assert_allclose(larger.mean(axis=0), [60, 60, 60, 60], atol=2)
    np.testing.assert_allclose(smaller.mean(axis=0), [200, 200, 60, 60], atol=4)
    assert np.corrcoef(larger[:, 0], larger[:, 1])[0, 1] > 0.98
    assert abs(np.corrcoef(smaller[:, 0], smaller[:, 1])[0, 1]) < 0.3
    np.testing.assert_allclose(generated[2000:].mean(axis=0), [60, 60, 200, 200], atol=3)


def test_the_covariances_of_class_mixture_are_shrunk_towards_that_of_the_class() -> None:
    images, labels = images_of_two_classes()
    model = ClassMixture(image_shape=(2, 2, 1), n_classes=2, components=2, shrinkage=1.0)
    train(model, images, labels, epochs=1, batch_size=2, seed=0)
    factors = keras.ops.convert_to_numpy(model.fitted["factors"].value)
    np.testing.assert_allclose(factors[0, 0], factors[0, 1])
    assert not np.allclose(factors[0, 0], factors[1, 0], atol=1e-3)


def test_class_mixture_has_fewer_clusters_where_images_are_few() -> None:
    images, labels = training_images((8, 8, 1), 3 * 45)
    model = ClassMixture(image_shape=(8, 8, 1), n_classes=CLASSES, components=10)
    train(model, images, labels, epochs=1, batch_size=2, seed=0)
    weights = keras.ops.convert_to_numpy(model.fitted["cumulative_weights"].value)
    assert (weights[:, 1:] == 1).all() and (weights[:, 0] < 1).all()  # 45 images of each class: two clusters


def test_class_mixture_has_more_components_than_a_class_has_images() -> None:
    images, labels = training_images((16, 16, 3), 3 * 10)
    model = ClassMixture(image_shape=(16, 16, 3), n_classes=CLASSES, rank=256)
    model.adapt(images, labels)
    assert np.isfinite(np.concatenate(list(model.sample(6, seed=0, condition=np.arange(6) % CLASSES)))).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [({"shrinkage": 1.5}, "shrinkage must be from 0 to 1, got 1.5"), ({}, "class 1 has 1")],
)
def test_class_mixture_rejects_what_it_cannot_fit(options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        model = ClassMixture(image_shape=(8, 8, 1), n_classes=2, **options)
        train(model, np.zeros((4, 8, 8, 1), np.uint8), np.array([0, 0, 0, 1]), epochs=1, batch_size=2, seed=0)
