"""The arms of the comparison: what a classifier is trained on. All arms share test rows, architecture and optimizer
steps.

real: real train rows. labeled_subset: only the real rows whose labels the pseudo-labeler may read. real_augmented: real train rows with
classical augmentation. oversampled: real rows, and where some are missing (`withheld_subset`) others of their class once more in
their place. self_training: the other real rows, with the pseudo-labeler's labels. synthetic: generated rows only ("train on
synthetic, test on real"). mixed: drawn uniformly from the pool of both. imputed: real rows, and where some are missing
generated rows of their class in their place. synthetic_then_real: half the steps on generated rows, then half on real ones.

synthetic and mixed may be run with several numbers of generated rows. The first bears the arm's plain name, the others say it
too: `synthetic n100000`, `mixed x2`.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

ARMS = (
    "real",
    "labeled_subset",
    "real_augmented",
    "oversampled",
    "self_training",
    "synthetic",
    "mixed",
    "imputed",
    "synthetic_then_real",
)

REAL_ARMS = ("real", "labeled_subset", "real_augmented", "oversampled", "self_training")
"""Once a data set."""

SYNTHETIC_ARMS = ("synthetic", "mixed", "imputed", "synthetic_then_real")
"""Once an experiment."""

OF_WITHHELD = ("oversampled", "imputed")
"""Where no row is missing, these would be `real` once more."""

OF_BUDGET = ("labeled_subset", "self_training")
"""Where every label may be read, these would be `real` once more."""


class Run(NamedTuple):
    """One way in which an arm is run.

    Attributes:
        name: what tables call it; its first word is the arm.
        amount: of generated rows: for synthetic and synthetic_then_real how many (None: as many as real train rows), for mixed how many for
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
    return arm + (f"_{how.replace('.', '_')}" if how else "")


def real_arms(entry: Mapping[str, Any]) -> list[str]:
    """The arms without generated rows that a data set is put through."""
    arms = [arm for arm in REAL_ARMS if arm in entry["arms"] and (entry["withheld_subset"] or arm not in OF_WITHHELD)]
    return arms if entry["label_budget"] is not None else [arm for arm in arms if arm not in OF_BUDGET]


def synthetic_runs(entry: Mapping[str, Any], model: str) -> list[Run]:
    """The runs with generated rows that a generative model of a data set is put through."""
    runs = []
    for arm in SYNTHETIC_ARMS:
        if arm not in entry["generative_models"][model]["arms"]:
            continue
        if arm == "synthetic":
            runs += _several(arm, "n", entry["n_synthetic"])
        elif arm == "mixed":
            runs += _several(arm, "x", entry["synthetic_ratio"])
        elif entry["withheld_subset"] or arm not in OF_WITHHELD:
            runs.append(Run(arm, entry["n_synthetic"][0] if arm == "synthetic_then_real" else None))
    return runs


def n_images_needed(n_synthetic: Sequence[int | None], synthetic_ratio: Sequence[float], n_train: int) -> int:
    """How many generated rows are made: those asked for; where one asks for as many as real ones, also as many as
    mixed mixes in."""
    asked = [n for n in n_synthetic if n is not None]
    if None in n_synthetic:
        asked.append(math.ceil(max(1, *synthetic_ratio) * n_train))
    return max(asked)


def _several(arm: str, sign: str, amounts: Sequence[float | None]) -> list[Run]:
    first, *others = amounts
    return [Run(arm, first), *(Run(f"{arm} {sign}{'same' if n is None else f'{n:.12g}'}", n) for n in others)]
