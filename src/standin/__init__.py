"""Standin: can generated images stand in for real training data?"""

__version__ = "0.1.0"
