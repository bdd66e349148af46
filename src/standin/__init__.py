"""Standin: can generated images stand in for real training data?"""

import os

__version__ = "0.1.0"

# TensorFlow leaves its faster convolutions (oneDNN) off on some CPUs; it reads this when it is first imported
# (docs/decisions/0009).
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
