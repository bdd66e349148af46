"""Mixed precision: 16 bits inside layers, float32 everywhere else."""

from pathlib import Path

import keras
import numpy as np
import pytest

from standin.errors import InputError
from standin.training import GenerativeModel, build_model, train

IMAGES = np.random.default_rng(0).integers(0, 256, (64, 8, 8, 1), dtype=np.uint8)
LABELS = np.arange(64) % 3
SMALL = {
    "dcgan.DCGAN": {
        "generator_width": 4,
        "discriminator_width": 4,
        "gradient_penalty": 1.0,
        "batch_normalisation": False,
    },
    "latent_diffusion.LatentDiffusion": {"widths": [16], "latent_dim": 4, "flow_width": 8, "sampling_steps": 2},
}


def built(name: str, precision: str) -> GenerativeModel:
    return build_model(f"standin.models.{name}", (8, 8, 1), 3, 0, SMALL[name], precision=precision)


def trained(name: str, precision: str) -> tuple[GenerativeModel, dict[str, list[float]]]:
    model = built(name, precision)
    condition = LABELS if model.condition else None
    return model, train(model, IMAGES, condition, epochs=2, batch_size=16, seed=0, snapshot_epochs=[2]).history


@pytest.mark.parametrize("name", SMALL)
def test_layers_compute_with_16_bits_and_weights_and_losses_stay_nearly_as_they_were(name: str) -> None:
    (model, history), (_, exact) = trained(name, "mixed_bfloat16"), trained(name, "float32")
    assert {layer.compute_dtype for layer in model.layers if layer.weights} == {"bfloat16"}
    assert {variable.dtype for variable in model.trainable_variables} == {"float32"}
    assert keras.config.dtype_policy().name == "float32"  # for whatever is built next
    for loss in (name for name in exact if name.endswith("_loss")):
        np.testing.assert_allclose(history[loss], exact[loss], rtol=0.05)
        assert history[loss] != exact[loss]


def test_a_model_that_is_read_back_computes_in_float32(tmp_path: Path) -> None:
    name = "latent_diffusion.LatentDiffusion"
    model = built(name, "mixed_bfloat16")
    model.save(tmp_path / "model.keras")
    read = keras.saving.load_model(tmp_path / "model.keras")
    exact = built(name, "float32")
    exact.set_weights(model.get_weights())
    asked = LABELS[:4]
    again, expected, rough = (np.concatenate(list(m.sample(4, 0, asked))) for m in (read, exact, model))
    np.testing.assert_array_equal(again, expected)
    assert 0 < np.abs(rough - expected).max() < 0.05


def test_another_precision_is_refused() -> None:
    with pytest.raises(InputError, match="precision must be one of 'float32', 'mixed_bfloat16', got 'half'"):
        built("dcgan.DCGAN", "half")
