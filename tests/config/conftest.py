"""The raw configuration, and changes of it."""

from copy import deepcopy
from typing import Any

import pytest

from standin.config.loader import CONFIG_LOADER_ARGS, CompletingConfigLoader
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def raw() -> dict[str, Any]:
    """The raw parameters of `conf/base`."""
    loader = CompletingConfigLoader(str(ROOT / "conf"), **CONFIG_LOADER_ARGS)
    return super(CompletingConfigLoader, loader).__getitem__("parameters")


def changed(raw: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    tree = deepcopy(raw)
    *above, last = path.split(".")
    place = tree
    for key in above:
        place = place[key]
    place[last] = value
    return tree
