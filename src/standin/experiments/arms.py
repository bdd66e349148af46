"""The arms of the comparison: what a classifier is trained on. All arms share test rows, architecture and optimiser
steps.

R: real train rows. R_budget: only the real rows whose labels the labeller may read. R+aug: real train rows with
classical augmentation. R+repeat: real rows, and where some are missing (`hole`) others of their class once more in
their place. self_training: the other real rows, with the labeller's labels. S: generated rows only ("train on
synthetic, test on real"). R+S: drawn uniformly from the pool of both. R+fill: real rows, and where some are missing
generated rows of their class in their place. S->R: half the steps on generated rows, then half on real ones.

S and R+S may be run with several numbers of generated rows. The first bears the arm's plain name, the others say it
too: `S n100000`, `R+S x2`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

SLUGS = {
    "R": "real",
    "R_budget": "real_budget",
    "R+aug": "real_augmented",
    "R+repeat": "real_repeated",
    "self_training": "self_training",
    "S": "synthetic",
    "R+S": "real_and_synthetic",
    "R+fill": "real_and_fill",
    "S->R": "synthetic_then_real",
}
"""Arm -> what it is called in names of nodes and datasets, where `+` and `>` are not allowed."""

REAL_ARMS = ("R", "R_budget", "R+aug", "R+repeat", "self_training")
"""Once a data set."""

SYNTHETIC_ARMS = ("S", "R+S", "R+fill", "S->R")
"""Once an experiment."""

OF_HOLE = ("R+repeat", "R+fill")
"""Where no row is missing, these would be R once more."""

OF_BUDGET = ("R_budget", "self_training")
"""Where every label may be read, these would be R once more."""


class Run(NamedTuple):
    """One way in which an arm is run.

    Attributes:
        name: what tables call it; its first word is the arm.
        amount: of generated rows: for S and S->R how many (None: as many as real train rows), for R+S how many for
            each real one; for other arms None.
    """

    name: str
    amount: float | None = None


def arm_of(name: str) -> str:
    """The arm behind the name of a run."""
    return name.partition(" ")[0]


def slug(name: str) -> str:
    """What a run is called in names of nodes and datasets."""
    arm, _, how = name.partition(" ")
    return SLUGS[arm] + (f"_{how.replace('.', '_')}" if how else "")


def real_arms(entry: Mapping[str, Any]) -> list[str]:
    """The arms without generated rows that a data set is put through."""
    arms = [arm for arm in REAL_ARMS if arm in entry["arms"] and (entry["hole"] or arm not in OF_HOLE)]
    return arms if entry["label_budget"] is not None else [arm for arm in arms if arm not in OF_BUDGET]


def synthetic_runs(entry: Mapping[str, Any], model: str) -> list[Run]:
    """The runs with generated rows that a generative model of a data set is put through."""
    runs = []
    for arm in SYNTHETIC_ARMS:
        if arm not in entry["generative_models"][model]["arms"]:
            continue
        if arm == "S":
            runs += _several(arm, "n", entry["n_synthetic"])
        elif arm == "R+S":
            runs += _several(arm, "x", entry["synthetic_ratio"])
        elif entry["hole"] or arm not in OF_HOLE:
            runs.append(Run(arm, entry["n_synthetic"][0] if arm == "S->R" else None))
    return runs


def rows_wanted(n_synthetic: Sequence[int | None], synthetic_ratio: Sequence[float], n_train: int) -> int:
    """How many generated rows are made: those asked for; where one asks for as many as real ones, also as many as
    R+S mixes in."""
    asked = [n for n in n_synthetic if n is not None]
    if None in n_synthetic:
        asked.append(math.ceil(max(1, *synthetic_ratio) * n_train))
    return max(asked)


def _several(arm: str, sign: str, amounts: Sequence[float | None]) -> list[Run]:
    first, *others = amounts
    return [Run(arm, first), *(Run(f"{arm} {sign}{'same' if n is None else f'{n:.12g}'}", n) for n in others)]
