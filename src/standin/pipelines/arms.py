"""The arms of the comparison: what a classifier is trained on. All arms share test rows, architecture and optimiser
steps.

R: real train rows. R_budget: only the real rows whose labels the labeller may read. R+aug: real train rows with
classical augmentation. S: generated rows only ("train on synthetic, test on real"). R+S: drawn uniformly from the pool
of both. S->R: half the steps on generated rows, then half on real ones.
"""

SLUGS = {
    "R": "real",
    "R_budget": "real_budget",
    "R+aug": "real_augmented",
    "S": "synthetic",
    "R+S": "real_and_synthetic",
    "S->R": "synthetic_then_real",
}
"""Arm -> what it is called in names of nodes and datasets, where `+` and `>` are not allowed."""

REAL_ARMS = ("R", "R_budget", "R+aug")
"""Once a data set."""

SYNTHETIC_ARMS = ("S", "R+S", "S->R")
"""Once an experiment."""
