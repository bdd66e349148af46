"""Options of all adversarial models."""

import keras
import numpy as np
import pytest

from standin.core.errors import InputError
from standin.models.adversarial import Adversarial
from standin.models.conditional_gan import ConditionalGAN
from standin.models.dcgan import DCGAN
from standin.models.gan import GAN
from standin.models.infogan import InfoGAN
from standin.training import build_model, train

SHAPE = (8, 8, 1)


def small(**game: object) -> GAN:
    return GAN(SHAPE, generator_widths=[16], discriminator_widths=[16], latent_dim=4, **game)


@pytest.mark.parametrize("loss", ["non_saturating", "least_squares", "wasserstein", "hinge"])
@pytest.mark.parametrize("spectral", [True, False])
def test_every_loss_trains_with_and_without_spectral_normalization(loss: str, spectral: bool, rng) -> None:
    model = small(loss=loss, spectral_normalization=spectral)
    history = train(model, rng.integers(0, 255, (32, *SHAPE), dtype=np.uint8), epochs=2, batch_size=16, seed=0).history
    assert ("wasserstein_estimate" in history) == (loss == "wasserstein")
    assert np.isfinite([values for values in history.values()]).all()


def test_gradient_penalty_of_a_linear_critic() -> None:
    """D(x) = w·x has the constant gradient w."""
    model = GAN(SHAPE, generator_widths=[4], discriminator_widths=[], output="tanh", gradient_penalty=1.0)
    (kernel,) = (v for v in model.discriminator.trainable_variables if v.name == "kernel")
    kernel.assign(np.full((64, 1), 0.25))  # length sqrt(64 / 16) = 2
    x = np.zeros((3, *SHAPE), np.float32)
    assert float(model.gradient_penalty(x, x + 1, None)) == pytest.approx((2 - 1) ** 2, rel=1e-4)


def test_default_gradient_penalty_is_10_for_wasserstein_and_0_otherwise() -> None:
    assert small(loss="wasserstein").penalty == 10.0
    assert small(loss="hinge").penalty == 0.0
    assert small(loss="wasserstein", gradient_penalty=1.0).penalty == 1.0


def test_gradient_penalty_bounds_a_critic() -> None:
    images = np.full((64, *SHAPE), 255, np.uint8)  # at a distance of about 8 from a generator's first gray images
    estimates = {}
    for penalty in (0.0, 10.0):
        model = small(
            loss="wasserstein", gradient_penalty=penalty, discriminator_learning_rate=0.01, discriminator_dropout=0.0
        )
        history = train(model, images, epochs=20, batch_size=64, seed=0).history
        estimates[penalty] = history["wasserstein_estimate"][-1]
    assert estimates[10.0] < 12
    assert estimates[0.0] > 16


def test_the_discriminator_takes_the_configured_steps_per_round(rng) -> None:
    model = small(discriminator_steps=3)
    train(model, rng.integers(0, 255, (16, *SHAPE), dtype=np.uint8), epochs=2, batch_size=16, seed=0)
    assert [int(player.optimizer.iterations) for player in model.players] == [6, 2]


def test_the_discriminator_has_the_configured_optimizer() -> None:
    discriminator, generator = small(discriminator_optimizer="sgd").players
    assert isinstance(discriminator.optimizer, keras.optimizers.SGD)
    assert isinstance(generator.optimizer, keras.optimizers.Adam)


@pytest.mark.parametrize(
    ("model", "arguments", "message"),
    [
        (GAN, {"loss": "hingee"}, "loss must be one of 'non_saturating', 'least_squares', 'wasserstein', 'hinge'"),
        (GAN, {"latent": "cauchy"}, "latent must be one of 'normal', 'uniform', got 'cauchy'"),
        (GAN, {"discriminator_optimizer": "lion"}, "discriminator_optimizer must be one of"),
        (
            DCGAN,
            {"gradient_penalty": 1.0},
            "needs a discriminator that sees each image alone: set batch_normalization to false",
        ),
        (DCGAN, {"loss": "wasserstein"}, "loss 'wasserstein', by its gradient_penalty, needs a discriminator"),
        (InfoGAN, {"hidden_activation": "sine"}, "hidden_activation must be one of 'tanh', 'relu', got 'sine'"),
        (ConditionalGAN, {"n_classes": 3, "generator_condition": "magic"}, "generator_condition must be"),
        (ConditionalGAN, {"n_classes": 3, "discriminator_condition": "magic"}, "discriminator_condition must be"),
    ],
)
def test_an_invalid_option_is_named(model: type[Adversarial], arguments: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        model(SHAPE, **arguments)


@pytest.mark.parametrize("generator", ["normalization", "concatenation"])
@pytest.mark.parametrize("discriminator", ["projection", "concatenation"])
def test_a_conditional_gan_learns_its_condition(generator: str, discriminator: str) -> None:
    """Black images of one class and white images of another."""
    labels = np.arange(64) % 2
    images = (np.ones((64, *SHAPE)) * 255 * labels[:, None, None, None]).astype(np.uint8)
    arguments = {
        "generator_condition": generator,
        "discriminator_condition": discriminator,
        "generator_width": 8,
        "discriminator_width": 8,
        "generator_learning_rate": 2e-3,
        "discriminator_learning_rate": 2e-3,
    }
    model = build_model("standin.models.conditional_gan.ConditionalGAN", SHAPE, 2, 0, arguments)
    train(model, images, labels, epochs=90, batch_size=32, seed=0)
    brightness = np.concatenate(list(model.sample(40, 1, np.arange(40) % 2))).mean(axis=(1, 2, 3))
    assert brightness[0::2].max() < 0 < brightness[1::2].min()


def test_a_class_conditional_model_rejects_invalid_labels() -> None:
    model = build_model("standin.models.conditional_gan.ConditionalGAN", SHAPE, 2, 0, {"generator_width": 4})
    images = np.zeros((8, *SHAPE), np.uint8)
    with pytest.raises(InputError, match="labels must be whole numbers, one per image, for ConditionalGAN, got"):
        train(model, images, np.linspace(0, 1, 8), epochs=1, batch_size=8, seed=0)
    with pytest.raises(InputError, match="labels must be given to ConditionalGAN, which is conditional: got none"):
        train(model, images, None, epochs=1, batch_size=8, seed=0)
    with pytest.raises(InputError, match=r"labels must be one per image \(5\), got 4"):
        list(model.sample(5, 0, np.zeros(4, int)))


def test_labels_of_unknown_classes_are_rejected() -> None:
    model = build_model("standin.models.conditional_gan.ConditionalGAN", SHAPE, 2, 0, {"generator_width": 4})
    with pytest.raises(InputError, match="labels must be from 0 to 1 for this ConditionalGAN, got 2"):
        list(model.sample(3, 0, np.array([0, 1, 2])))


def test_a_model_of_real_conditions_rejects_others() -> None:
    target = "standin.models.conditional_predictor_gan.ConditionalPredictorGAN"
    model = build_model(target, SHAPE, 0, 0, {"hidden": 4, "generator_width": 4}, n_conditions=2)
    images, unknown = np.zeros((8, *SHAPE), np.uint8), np.zeros((8, 2))
    unknown[3, 1] = np.nan
    for condition, message in (
        (None, "conditions must be given to ConditionalPredictorGAN, which is conditional: got none"),
        (np.zeros((8, 2), int), r"conditions must be 2 real numbers per image for this .*, got \(8, 2\) int64"),
        (np.zeros((8, 3)), r"conditions must be 2 real numbers per image for this .*, got \(8, 3\) float64"),
        (np.zeros((7, 2)), r"conditions must be one per image \(8\), got 7"),
        (unknown, r"conditions must be finite, got \[0.0, nan\] for image 3"),
    ):
        with pytest.raises(InputError, match=message):
            train(model, images, condition, epochs=1, batch_size=8, seed=0)
        with pytest.raises(InputError, match=message):
            list(model.sample(8, 0, condition))
