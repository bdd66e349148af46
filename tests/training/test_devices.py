"""Data parallel training has the results of one device."""

import json
from pathlib import Path

import numpy as np
import pytest

from standin.core.errors import InputError
from standin.training import check_devices, data_parallel
from tests.training.test_players import run_on_jax

PROGRAM = """
import json, sys
import keras, numpy as np
from standin.training import build_model, data_parallel, train
images = np.random.default_rng(0).integers(0, 256, (64, 8, 8, 1), dtype=np.uint8)
widths, results = {"generator_width": 4, "discriminator_width": 4}, []
for devices in (1, 2):
    with data_parallel(devices, 16):
        model = build_model("standin.models.dcgan.DCGAN", (8, 8, 1), 0, 0, widths)
        run = train(model, images, epochs=1, batch_size=16, seed=0, snapshot_epochs=[1])
    model.save(f"{sys.argv[1]}/{devices}.keras")
    holders = len(model.trainable_variables[0].value.sharding.device_set)
    results.append({"holders": holders, "history": run.history, "snapshot": run.snapshots[1].tolist()})
print(json.dumps(results))
"""


def test_two_devices_train_as_one_does(tmp_path: Path) -> None:
    flags = "--xla_force_host_platform_device_count=2"
    one, two = json.loads(run_on_jax(["-c", PROGRAM, str(tmp_path)], flags).splitlines()[-1])
    assert (one["holders"], two["holders"]) == (1, 2)
    for name, values in one["history"].items():
        assert two["history"][name] == pytest.approx(values, abs=1e-3), name
    np.testing.assert_allclose(two["snapshot"], one["snapshot"], atol=2)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["1.keras", "2.keras"]


def test_several_devices_require_jax() -> None:
    with pytest.raises(InputError, match="devices must be 1 with Keras on tensorflow, got 2: set KERAS_BACKEND=jax"):
        check_devices(2, 16)
    with pytest.raises(InputError, match="devices"), data_parallel(2, 16):
        pytest.fail("the block must not be entered")


def test_devices_must_exist_and_divide_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keras.backend.backend", lambda: "jax")
    monkeypatch.setattr("keras.distribution.list_devices", lambda: ["gpu:0", "gpu:1", "gpu:2"])
    with pytest.raises(InputError, match=r"at most 3 on this machine \(gpu:0…\), got 4"):
        check_devices(4, 16)
    with pytest.raises(InputError, match="must divide the batch_size of 16, got 3"):
        check_devices(3, 16)
    check_devices(2, 16)
