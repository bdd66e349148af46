"""Generative models without a project."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from standin import models
from standin.core.errors import InputError
from standin.models.registry import GENERATIVE_MODELS

IMAGES = np.arange(32 * 64, dtype=np.uint8).reshape(32, 8, 8)
LABELS = np.array(["cat", "dog"])[np.arange(32) % 2]


def test_every_generative_model_is_there_by_the_name_of_its_class() -> None:
    names = {target.rpartition(".")[2] for target in GENERATIVE_MODELS.values()}
    assert names <= {*dir(models)}
    assert all(getattr(models, name).__name__ == name for name in names)
    with pytest.raises(AttributeError, match="no attribute 'Vae'"):
        models.Vae  # noqa: B018


def test_training_and_sampling_in_one_line() -> None:
    generator = models.VAE(widths=[4]).fit(IMAGES, epochs=2, seed=1)
    images = generator.sample(3)
    assert images.shape == (3, 8, 8, 1)
    assert images.dtype == np.uint8
    np.testing.assert_array_equal(images, generator.sample(3, seed=0))
    assert len(generator.history["negative_elbo_loss"]) == 2
    assert repr(generator) == "VAE(widths=[4])"


def test_a_conditional_model_knows_the_labels_of_its_training_images() -> None:
    dark_or_bright = np.where(LABELS == "dog", 200, 20).astype(np.uint8)[:, None, None] + IMAGES % 8
    generator = models.ClassGaussian().fit(dark_or_bright, LABELS)
    assert generator.classes.tolist() == ["cat", "dog"]
    assert (generator.sample(3, ["dog", "cat", "dog"]).mean(axis=(1, 2, 3)) > 100).tolist() == [True, False, True]
    assert (generator.sample(4).mean(axis=(1, 2, 3)) > 100).tolist() == [False, True, False, True]
    scaled = models.ClassGaussian().fit(dark_or_bright.astype(np.float32) / 255, LABELS).sample(2)
    assert scaled.dtype == np.float32


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: models.VAE(latent_dims=3), "has no argument 'latent_dims'; did you mean latent_dim?"),
        (lambda: models.VAE().sample(3), "VAE: call fit(images) before sample(n)"),
        (lambda: models.VAE().fit(IMAGES, epochs=0), "epochs and batch_size must be at least 1, got 0 and 128"),
        (lambda: models.VAE().fit(IMAGES / 255), "uint8 or float32, got (32, 8, 8, 1) float64"),
        (lambda: models.ConditionalVAE().fit(IMAGES), "ConditionalVAE learns from labels, but the data has none"),
        (lambda: models.ClassGaussian().fit(IMAGES, LABELS).sample(1, ["cow"]), "there is no class 'cow'"),
        (lambda: models.ClassGaussian().fit(IMAGES, LABELS).sample(0), "n must be at least 1, got 0"),
        (lambda: models.ClassGaussian().fit(IMAGES, LABELS).sample(2, ["cat"]), "labels must be one per image (2)"),
    ],
)
def test_wrong_arguments_are_refused_with_one_sentence(wrong: Callable[[], Any], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        wrong()
