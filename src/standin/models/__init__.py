"""Generative models and classifiers, one file each.

    from standin.models import VAE
    images = VAE(latent_dim=8).fit(images, epochs=20).sample(100)

Each generative model of the registry is here by the name of its class, as a `standin.models.generator.Generator`.
Importing this package imports no model.
"""

import importlib
import pkgutil
from typing import Any


def __getattr__(name: str) -> Any:
    from standin.models.registry import GENERATIVE_MODELS

    targets = {target.rpartition(".")[2]: target for target in GENERATIVE_MODELS.values()}
    if name not in targets:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module("standin.models.generator").generator(targets[name])


def __dir__() -> list[str]:
    from standin.models.registry import GENERATIVE_MODELS

    return sorted([*globals(), *(target.rpartition(".")[2] for target in GENERATIVE_MODELS.values())])


def register_all() -> None:
    """Imports every model file, so that Keras can load each registered class from a `.keras` file."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
