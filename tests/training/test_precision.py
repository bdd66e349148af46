"""Mixed precision: 16 bits inside layers, float32 everywhere else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import keras
import numpy as np
import pytest
from keras import layers

from standin.config.schema import DataSet
from standin.core.errors import InputError
from standin.models.registry import BASELINES, CLASSIFIERS, GENERATIVE_MODELS
from standin.models.vae import VAE
from standin.training import Checkpoint, GenerativeModel, backend, build_model, compiled, train
from standin.training.precision import PRECISIONS
from standin.training.supervised import fit

RNG = np.random.default_rng(0)
BATCH = {
    "images": RNG.uniform(-1, 1, (16, 8, 8, 3)).astype(np.float32),
    "labels": np.arange(16, dtype=np.int32) % 3,
    "conditions": RNG.standard_normal((16, 2), dtype=np.float32),
}
SMALL: dict[str, dict[str, Any]] = {
    "gan.GAN": {"generator_widths": [16], "discriminator_widths": [16], "spectral_normalization": True},
    "dcgan.DCGAN": {"generator_width": 8, "discriminator_width": 8, "upsampling": "transposed"},
    "vae.VAE": {"widths": [16]},
    "conditional_vae.ConditionalVAE": {"widths": [16]},
    "conditional_gan.ConditionalGAN": {
        "generator_width": 8,
        "discriminator_width": 8,
        "batch_normalization": False,
        "gradient_penalty": 1.0,
    },
    "infogan.InfoGAN": {"hidden": 16, "width": 8, "invariant_category": True},
    "diffusion.Diffusion": {"widths": [8, 16], "blocks": 1, "sampling_steps": 2},
    "latent_diffusion.LatentDiffusion": {"widths": [16], "latent_dim": 4, "flow_width": 8, "sampling_steps": 2},
    "conditional_predictor_gan.ConditionalPredictorGAN": {"hidden": 16, "generator_width": 8, "discriminator_width": 8},
}
NAMES = list(SMALL)
COMPUTING = (layers.Dense, layers.Conv2D, layers.Conv2DTranspose)


def built(name: str, precision: str) -> GenerativeModel:
    model = build_model(f"standin.models.{name}", (8, 8, 3), 3, 0, SMALL[name], n_conditions=2, precision=precision)
    rng = np.random.default_rng(0)
    for kernel in (v for v in model.trainable_variables if len(v.shape) > 1):
        if not np.any(kernel):  # initial zeros would hide the precision
            kernel.assign(rng.normal(0.0, 0.1, kernel.shape))
    return model


def layers_in(layer: Any) -> Iterator[Any]:
    yield layer
    for inner in getattr(layer, "layers", ()):
        yield from layers_in(inner)


@pytest.mark.parametrize("name", NAMES)
def test_layers_compute_with_16_bits_and_losses_are_nearly_equal(name: str) -> None:
    rough, exact = (built(name, precision) for precision in ("mixed_bfloat16", "float32"))
    assert keras.config.dtype_policy().name == "float32"  # restored
    computing = {layer.compute_dtype for layer in layers_in(rough) if isinstance(layer, COMPUTING)}
    assert computing == {"bfloat16"}
    assert {variable.dtype for variable in rough.trainable_variables} == {"float32"}
    batch = {name: keras.ops.convert_to_tensor(array) for name, array in BATCH.items()}
    rounds = [model.play_round(batch, backend.active().value_and_gradients) for model in (rough, exact)]
    optimizers = {v.dtype for player in rough.players for v in player.optimizer.variables if "float" in v.dtype}
    assert optimizers == {"float32"} == {value.dtype.name for value in rounds[0].values()}
    for loss in (player.name + "_loss" for player in exact.players):
        actual, expected = (float(logs[loss]) for logs in rounds)
        assert actual == pytest.approx(expected, rel=0.05, abs=0.01)
    assert any(float(rounds[0][name]) != float(rounds[1][name]) for name in rounds[1])


@pytest.mark.parametrize("name", ["diffusion.Diffusion", "latent_diffusion.LatentDiffusion"])
def test_a_loaded_model_computes_in_float32(name: str, tmp_path: Path) -> None:
    rough, exact = (built(name, precision) for precision in ("mixed_bfloat16", "float32"))
    rough.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    again, expected, near = (np.concatenate(list(m.sample(4, 0, BATCH["labels"][:4]))) for m in (loaded, exact, rough))
    np.testing.assert_array_equal(again, expected)
    assert 0 < np.abs(near - expected).max() < 0.1


def test_a_checkpoint_of_another_precision_is_ignored(tmp_path: Path) -> None:
    name, settings = "gan.GAN", {"batch_size": 8, "seed": 0, "checkpoint": Checkpoint(tmp_path)}
    train(built(name, "float32"), BATCH["images"], epochs=1, **settings)
    assert train(built(name, "float32"), BATCH["images"], epochs=2, **settings).resumed_at == 1
    assert train(built(name, "mixed_bfloat16"), BATCH["images"], epochs=3, **settings).resumed_at == 0


def test_an_unknown_precision_is_rejected() -> None:
    assert get_args(DataSet.model_fields["precision"].annotation) == ("auto", *PRECISIONS)
    with pytest.raises(InputError, match="precision must be one of 'float32', 'mixed_bfloat16', got 'half'"):
        built("gan.GAN", "half")


def test_every_generative_model_is_covered() -> None:
    untrained = {GENERATIVE_MODELS[name] for name in BASELINES}
    assert {f"standin.models.{name}" for name in SMALL} == set(GENERATIVE_MODELS.values()) - untrained


def test_a_model_may_stay_in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VAE, "float32_only", True)
    assert {layer.compute_dtype for layer in layers_in(built("vae.VAE", "mixed_bfloat16"))} == {"float32"}


def classifier(target: str, precision: str | None) -> dict[str, Any]:
    model: dict[str, Any] = {"_target_": target, "widths": [4, 8]}
    if target.endswith("cnn"):
        model["dropout"] = 0.0  # a mask drawn with 16 bits is another one
    if "plain" in target:
        model["kernels"] = [3, 3]
    entry = {"model": model, "steps": 2, "batch_size": 8, "learning_rate": 0.01}
    return entry if precision is None else entry | {"precision": precision}


@pytest.mark.parametrize("target", CLASSIFIERS.values())
def test_a_classifier_trains_with_16_bits_and_computes_in_float32(target: str) -> None:
    """Two steps: weights, losses and optimizer in float32; another precision never trains the same compiled network."""
    compiled._kept.clear()
    pool, models = (BATCH["images"], BATCH["labels"]), {}
    for precision in ("mixed_bfloat16", "float32", None):
        fitted = fit(classifier(target, precision), [pool], 3, seed=0)
        network = next(reversed(compiled._kept.values())).network  # the one last trained
        computing = {layer.compute_dtype for layer in network.layers if isinstance(layer, layers.Conv2D)}
        assert computing == {"bfloat16" if precision == "mixed_bfloat16" else "float32"}
        assert network(BATCH["images"], training=True).dtype.name == "float32"  # logits
        variables = [*network.variables, *network.optimizer.variables]
        assert {v.dtype for v in variables if "float" in v.dtype} == {"float32"}
        assert {layer.compute_dtype for layer in fitted.model.layers} == {"float32"}
        models[precision] = fitted
    assert len(compiled._kept) == 3
    rough, exact, default = (models[precision].model.get_weights() for precision in models)
    for one, other in zip(exact, default, strict=True):
        np.testing.assert_array_equal(one, other)
    assert any(not np.array_equal(one, other) for one, other in zip(rough, exact, strict=True))
    assert models["mixed_bfloat16"].curve["loss"] == pytest.approx(models["float32"].curve["loss"], rel=0.05)
