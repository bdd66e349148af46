"""Statistics of a generator's normalization belong to the weights that it samples with."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from standin.models.adversarial import Adversarial
from standin.models.conditional_gan import ConditionalGAN
from standin.models.dcgan import DCGAN
from standin.training.train import averaged

SMALL = {"generator_width": 4, "discriminator_width": 4, "latent_dim": 8, "moving_average": 0.9}
CASES: Mapping[type[Adversarial], Mapping[str, Any]] = {DCGAN: {}, ConditionalGAN: {"n_classes": 3}}


def arrays(variables: list[Any]) -> list[np.ndarray]:
    return [np.array(variable.value) for variable in variables]


@pytest.mark.parametrize("kind", CASES)
def test_averaged_weights_get_their_own_statistics_and_the_others_come_back(
    kind: type[Adversarial], rng: np.random.Generator
) -> None:
    """In the block, images are the same as if each batch were normalized by its own statistics."""
    model = kind((16, 16, 1), **SMALL, **CASES[kind])
    generator = model.generator
    for average in model.players[1].optimizer._model_variables_moving_average:
        average.assign(rng.normal(0, 1, average.shape))
    labels = np.arange(600, dtype=np.int32) % 3
    condition = labels if model.condition else None
    latent = rng.normal(0, 1, (600, 8)).astype(np.float32)
    inputs = latent if condition is None else [latent, condition]

    def difference() -> float:
        sampled = np.array(generator(inputs, training=False))
        before = arrays(model.statistics)
        normalized = np.array(generator(inputs, training=True))
        for variable, array in zip(model.statistics, before, strict=True):
            variable.assign(array)
        return float(np.abs(sampled - normalized).mean())

    statistics = arrays(model.statistics)
    assert len(statistics) >= 4
    model.swap_moving_averages()
    stale = difference()
    model.swap_moving_averages()
    with averaged(model, condition):
        assert difference() < 0.2 * stale
        assert not np.allclose(statistics[0], arrays(model.statistics)[0], rtol=0.1)
    for before, after in zip(statistics, arrays(model.statistics), strict=True):
        np.testing.assert_array_equal(before, after)


def test_a_trained_model_has_the_statistics_of_its_averaged_weights(rng: np.random.Generator) -> None:
    from standin.training import train

    images = rng.integers(0, 256, (16, 16, 16, 1), dtype=np.uint8)
    model = DCGAN((16, 16, 1), **SMALL)
    train(model, images, epochs=1, batch_size=8, seed=0)
    trained = arrays(model.statistics)
    model.recompute_statistics(None)
    for once, twice in zip(trained, arrays(model.statistics), strict=True):
        np.testing.assert_allclose(once, twice, rtol=0.05, atol=0.02)
