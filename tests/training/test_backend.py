"""The description of the device."""

import re

import pytest

from standin.training import backend


def test_without_accelerators_the_device_is_the_number_of_cores() -> None:
    assert re.fullmatch(r"CPU, [1-9]\d* cores \(tensorflow 2\.\S+, Keras 3\.\S+\)", backend.device())


def test_the_device_is_the_first_accelerator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend.active(), "accelerators", lambda: ["NVIDIA H100", "NVIDIA H100"])
    assert backend.device().startswith("NVIDIA H100 (tensorflow 2.")
