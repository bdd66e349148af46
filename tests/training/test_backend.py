"""What trains here is named."""

import re

import pytest

from standin.training import backend


def test_a_machine_without_accelerators_has_its_cores_counted() -> None:
    assert re.fullmatch(r"CPU, [1-9]\d* cores \(tensorflow 2\.\S+, Keras 3\.\S+\)", backend.device())


def test_of_accelerators_the_first_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend.active(), "accelerators", lambda: ["NVIDIA H100", "NVIDIA H100"])
    assert backend.device().startswith("NVIDIA H100 (tensorflow 2.")
