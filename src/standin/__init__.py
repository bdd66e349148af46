"""Standin: can generated images stand in for real training data?"""

import os
from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# TensorFlow leaves its faster convolutions (oneDNN) off on some CPUs; it reads this when it is first imported
# (docs/decisions/0009).
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

_PUBLIC = {"compare": "standin.api.compare", "evaluate_samples": "standin.api.samples"}
"""Public function -> its module, imported when it is first used: `import standin` stays fast."""


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    if name in ("models", "metrics"):
        return import_module(f"standin.{name}")
    raise AttributeError(f"module 'standin' has no attribute {name!r}")
