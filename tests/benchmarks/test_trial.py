"""Trials of a model on validation rows."""

import numpy as np
import pytest
from benchmarks.trial import change, of_itself

from standin.training import build_model


@pytest.mark.parametrize(
    ("target", "arguments", "names"),
    [
        ("vae.VAE", {"widths": [8]}, {"loss", "neighbor_accuracy"}),
        ("infogan.InfoGAN", {"hidden": 8, "width": 4}, {"category_accuracy", "category_information"}),
        ("gan.GAN", {"generator_widths": [8], "discriminator_widths": [8]}, set()),
    ],
)
def test_what_a_model_says_of_itself(
    target: str, arguments: dict[str, object], names: set[str], rng: np.random.Generator
) -> None:
    rows = {"images": rng.integers(0, 256, (40, 8, 8, 1), dtype=np.uint8), "labels": np.arange(40) % 2}
    model = build_model(f"standin.models.{target}", (8, 8, 1), 2, 0, arguments)
    found = of_itself(model, rows, rows)
    assert found.keys() == names
    assert all(np.isfinite(value) for value in found.values())


def test_a_change_may_be_nested() -> None:
    assert change("training.epochs=3") == {"training": {"epochs": 3}}
    assert change("loss=hinge") == {"loss": "hinge"}
