"""Generative models and classifiers, one file each."""

import importlib
import pkgutil


def register_all() -> None:
    """Imports every model file, so that Keras can load each registered class from a `.keras` file."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
