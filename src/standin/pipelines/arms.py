"""The arms of the comparison: what a classifier is trained on. All arms share test rows, architecture and optimiser
steps.

R: real train rows. R_budget: only the real rows whose labels the labeller may read. S: generated rows only ("train on
synthetic, test on real").
R+S: drawn uniformly from the pool of both.
"""

SLUGS = {"R": "real", "R_budget": "real_budget", "S": "synthetic", "R+S": "real_and_synthetic"}
"""Arm -> what it is called in names of nodes and datasets, where `+` is not allowed."""

REAL_ARMS = ("R", "R_budget")
"""Once a data set."""

SYNTHETIC_ARMS = ("S", "R+S")
"""Once an experiment."""
