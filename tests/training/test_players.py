"""The alternating step updates the right variables by the right amount, on both backends."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest

from standin.core.images import to_uint8
from standin.models import register_all
from standin.training import train
from standin.training.__main__ import _assignment, main
from standin.training.backend import active
from tests.training.duel import RATE, Duel, images


def test_each_player_updates_its_variables_by_the_gradient_of_its_loss() -> None:
    model = Duel(image_shape=(8, 8, 1))
    black = np.zeros((8, 8, 8, 1), np.uint8)  # mean -1
    history = train(model, black, epochs=1, batch_size=8, seed=0).history
    # Left first: d/dleft (0 - 1)^2 / 2 = -1. Then right, with the updated left: (left + right + 1).
    left = 0 + RATE * 1
    right = 1 - RATE * (left + 1 + 1)
    assert float(model.left) == pytest.approx(left, abs=1e-6)
    assert float(model.right) == pytest.approx(right, abs=1e-6)
    assert history["left_loss"] == pytest.approx([0.5])
    assert history["gap"] == pytest.approx([-1.0])
    assert history["right_loss"] == pytest.approx([(left + 2) ** 2 / 2])


def test_a_player_with_two_steps_is_updated_twice_per_round() -> None:
    model = Duel(right_steps=2)
    black = np.zeros((8, 8, 8, 1), np.uint8)
    train(model, black, epochs=1, batch_size=8, seed=0)
    left = RATE
    first = 1 - RATE * (left + 1 + 1)
    assert float(model.right) == pytest.approx(first - RATE * (left + first + 1), abs=1e-6)


def test_the_steps_of_a_round_use_different_images() -> None:
    model = Duel(right_steps=2)
    black_and_white = np.repeat([-1.0, 1.0], 4).reshape(8, 1, 1, 1).astype(np.float32) * np.ones(
        (8, 8, 8, 1), np.float32
    )
    model.play_round({"images": keras.ops.convert_to_tensor(black_and_white)}, active().value_and_gradients)
    first = 1 - RATE * (RATE + 1 + 1)
    assert float(model.right) == pytest.approx(first - RATE * (RATE + first - 1), abs=1e-6)


def test_history_holds_the_mean_over_the_epoch() -> None:
    one = train(Duel(), images(8), epochs=4, batch_size=8, seed=0).history["left_loss"]
    both = train(Duel(), np.concatenate([images(8)] * 4), epochs=1, batch_size=8, seed=0).history["left_loss"]
    # Four rounds in one epoch compared with one round in each of four epochs; only the first losses are the same.
    assert len(both) == 1
    assert both[0] < one[0]


def test_input_gradient_of_a_square_is_twice_the_input() -> None:
    x = keras.ops.convert_to_tensor([[1.0, -2.0]])
    gradient = active().input_gradient(lambda v: keras.ops.sum(v * v, axis=-1), x)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(gradient), [[2.0, -4.0]])


@pytest.fixture(scope="module")
def on_jax() -> dict:
    """The output of `duel.py` on JAX, in a separate process, since a process has one Keras backend."""
    return json.loads(run_on_jax([str(Path(__file__).with_name("duel.py"))]).splitlines()[-1])


def run_on_jax(arguments: list[str], flags: str = "") -> str:
    root = Path(__file__).parents[2]
    path = f"{root / 'src'}{os.pathsep}{root}"
    env = os.environ | {"KERAS_BACKEND": "jax", "PYTHONPATH": path, "JAX_PLATFORMS": "cpu"}
    # Two epochs take less time than compiling, which this level halves.
    env["XLA_FLAGS"] = f"--xla_backend_optimization_level=0 {flags}"
    done = subprocess.run(
        [sys.executable, *arguments], env=env, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_losses_are_the_same_on_tensorflow_and_jax(on_jax: dict) -> None:
    here = train(Duel(right_steps=2, momentum=0.5), images(), epochs=3, batch_size=8, seed=1).history
    assert keras.backend.backend() == "tensorflow"
    assert on_jax["backend"] == "jax"
    assert on_jax["history"].keys() == here.keys()
    for name, values in here.items():
        assert on_jax["history"][name] == pytest.approx(values, abs=1e-5), name


MODELS = {
    "gan.GAN": ["generator_widths=[16]", "latent_dim=4", "moving_average=0.9"],
    "dcgan.DCGAN": ["generator_width=4", "discriminator_width=4"],
    "gan.GAN:wasserstein": [
        "generator_widths=[16]",
        "discriminator_widths=[16]",
        "loss=wasserstein",
        "spectral_normalization=true",
    ],
    "conditional_gan.ConditionalGAN": ["generator_width=4", "discriminator_width=4"],
    "conditional_vae.ConditionalVAE": ["widths=[16]"],
    "diffusion.Diffusion": ["widths=[4, 8]", "blocks=1", "sampling_steps=2"],
    "latent_diffusion.LatentDiffusion": ["widths=[16]", "flow_width=8", "sampling_steps=2"],
    "infogan.InfoGAN": ["hidden=8", "width=4", "invariant_category=true"],
    "conditional_predictor_gan.ConditionalPredictorGAN": ["hidden=8", "generator_width=4", "discriminator_width=4"],
    "vae.VAE": ["widths=[16]"],
    "class_gaussian.ClassGaussian": [],
    "class_mixture.ClassMixture": ["components=2", "rank=8"],
}
PROGRAM = """
import sys, json
import standin.training.__main__ as command
for name, settings in json.loads(sys.argv[2]).items():
    settings = [word for setting in settings for word in ("--set", setting)]
    model = "standin.models." + name.partition(":")[0]
    command.main(["--data", sys.argv[1], "--model", model, "--out", f"{sys.argv[3]}/{name}",
                  "--epochs", "2", "--samples", "100", *settings])  # as many as a snapshot: nothing else to compile
print(sorted({name.partition(".")[0] for name in sys.modules} & {"kedro", "mlflow", "jax"}))
"""


def test_the_command_line_trains_every_model_on_jax_without_kedro_and_mlflow(tmp_path: Path) -> None:
    data = tmp_path / "train.npz"
    conditions = np.random.default_rng(0).normal(size=(256, 2)).astype(np.float32)
    np.savez(data, images=images(256), labels=np.arange(256) % 2, conditions=conditions)
    printed = run_on_jax(["-c", PROGRAM, str(data), json.dumps(MODELS), str(tmp_path)])
    assert printed.splitlines()[-1] == "['jax']"
    register_all()
    for name in MODELS:
        on_jax = np.load(tmp_path / name / "samples.npz")
        assert on_jax["images"].shape == (100, 8, 8, 1)
        # TensorFlow loads the model trained on JAX and samples the same images.
        model = keras.saving.load_model(tmp_path / name / "generative_model.keras", compile=False)
        condition = on_jax[model.condition] if model.condition else None
        on_tensorflow = to_uint8(np.concatenate(list(model.sample(100, seed=1, condition=condition))))
        assert np.abs(on_tensorflow.astype(int) - on_jax["images"].astype(int)).max() <= 1, name
        history = pd.read_csv(tmp_path / name / "history.csv")
        assert history["epoch"].tolist() == ([1, 2] if model.players else [])
        assert history.drop(columns="epoch").notna().all(axis=None)


@pytest.mark.parametrize(
    ("text", "value"),
    [("a=False", False), ("a=true", True), ("a=None", None), ("a=[4, 8]", [4, 8]), ("a=relu", "relu")],
)
def test_the_command_line_reads_json_and_python_literals(text: str, value: Any) -> None:
    assert _assignment(text) == ("a", value)


def test_the_command_line_rejects_invalid_input_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.savez(tmp_path / "floats.npz", images=images() / 255.0)
    np.savez(tmp_path / "bare.npz", images=images())
    np.savez(tmp_path / "named.npz", images=images(), labels=np.array(["cat"] * 32))
    np.savez(tmp_path / "flat.npz", images=images(), conditions=np.zeros(32, np.float32))
    np.savez(tmp_path / "nan.npz", images=np.full((32, 8, 8, 1), np.nan, np.float32))
    np.save(tmp_path / "single.npy", images())
    (tmp_path / "broken.npz").write_bytes((tmp_path / "bare.npz").read_bytes()[:100])
    gan, out = "standin.models.gan.GAN", str(tmp_path / "out")
    for arguments, message in (
        (["--data", str(tmp_path / "none.npz"), "--model", gan], "none.npz does not exist"),
        (["--data", str(tmp_path / "broken.npz"), "--model", gan], "broken.npz cannot be read"),
        (["--data", str(tmp_path / "single.npy"), "--model", gan], "it holds a single array"),
        (["--data", str(tmp_path / "nan.npz"), "--model", gan], "images must be finite numbers"),
        (
            ["--data", str(tmp_path / "named.npz"), "--model", gan],
            "labels must contain a whole number for each of the 32",
        ),
        (
            ["--data", str(tmp_path / "flat.npz"), "--model", gan],
            "conditions must contain real numbers for each of the 32",
        ),
        (["--data", str(tmp_path / "floats.npz"), "--model", gan], "must contain images or x_train, uint8 or float32"),
        (["--data", str(tmp_path / "bare.npz"), "--model", gan, "--set", "latent=5"], "'normal' or 'uniform', got 5"),
        (["--data", str(tmp_path / "bare.npz"), "--model", gan, "--set", "depth=5"], "has no argument 'depth'"),
        (["--data", str(tmp_path / "bare.npz"), "--model", gan, "--set", "latent_dim=few"], "valid integer, got 'few'"),
        (["--data", str(tmp_path / "bare.npz"), "--model", gan, "--samples", "0"], "at least 1, got '0'"),
        (
            ["--data", str(tmp_path / "bare.npz"), "--model", "standin.models.class_gaussian.ClassGaussian"],
            "learns from labels, but the data has none",
        ),
    ):
        with pytest.raises(SystemExit) as stopped:
            main([*arguments, "--out", out, "--epochs", "1"])
        assert stopped.value.code == 2
        assert message in capsys.readouterr().err
    assert not Path(out).exists()
