"""Generative models, one file each, and the classifiers that judge them."""

import importlib
import pkgutil


def register_all() -> None:
    """Imports every model file, so that Keras knows each registered class when it loads a `.keras` file."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
