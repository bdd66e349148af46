"""rows of an arm -> classifiers, curves, provenance."""

from collections.abc import Callable, Sequence
from typing import Any

from kedro.pipeline import Node, Pipeline

from standin.experiments.arms import Run, slug
from standin.pipelines.classification.nodes import (
    train_for_epochs,
    train_on_both,
    train_on_filled,
    train_on_own_labels,
    train_on_real,
    train_on_repeated,
    train_on_synthetic,
    train_on_synthetic_then_real,
)
from standin.pipelines.node_helpers import bind, with_checkpoint

Rows = tuple[Callable[..., Any], list[str]]
SETTINGS = ["params:classifier", "params:classifier_seeds"]
ROWS: dict[str, Rows] = {
    "real": (train_on_real, ["train", *SETTINGS]),
    "labeled_subset": (train_on_real, ["labeled", *SETTINGS]),
    "real_augmented": (train_on_real, ["train", *SETTINGS, "params:augmentation"]),
    "oversampled": (train_on_repeated, ["train", *SETTINGS]),
    "self_training": (train_on_own_labels, ["train", "labeled", "pseudo_labeler", "pseudo_labeler_seen", *SETTINGS]),
    "synthetic": (train_on_synthetic, ["labeled_synthetic", *SETTINGS]),
    "mixed": (train_on_both, ["train", "labeled_synthetic", *SETTINGS]),
    "imputed": (train_on_filled, ["train", "labeled_synthetic", *SETTINGS]),
    "synthetic_then_real": (train_on_synthetic_then_real, ["train", "labeled_synthetic", *SETTINGS]),
}


TRAINS_FOR_EPOCH_TABLE = "train_for_epochs"
"""The node for the table by epochs, without which everything else can be compared."""


def create_pipeline(arms: Sequence[str]) -> Pipeline:
    """Once a data set: the arms without generated rows."""
    return Pipeline([_classifiers(Run(arm)) for arm in arms])


def create_experiment_pipeline(runs: Sequence[Run]) -> Pipeline:
    """Once an experiment: the arms with generated rows."""
    return Pipeline([_classifiers(run) for run in runs])


def create_epoch_table_pipeline(synthetic: str) -> Pipeline:
    """Once a data set, where its configuration asks for it; `synthetic` names the labeled samples."""
    parameters = ["params:classifier", "params:epoch_table", "params:classifier_seeds"]
    return Pipeline(
        [
            Node(
                with_checkpoint(train_for_epochs, TRAINS_FOR_EPOCH_TABLE),
                inputs=["checkpoint", "train", synthetic, *parameters],
                outputs=["classifiers_by_epoch", "provenance_by_epoch"],
                name=TRAINS_FOR_EPOCH_TABLE,
            )
        ]
    )


def _classifiers(run: Run) -> Node:
    arm = run.arm.key
    function, inputs = ROWS[arm]
    name = slug(run.name)
    node = f"train_on_{name}"
    function = with_checkpoint(function, node)
    if arm in ("synthetic", "mixed", "synthetic_then_real"):
        function = bind(function, amount=run.amount)
    outputs = [f"classifiers_{name}", f"curves_{name}", f"provenance_{name}"]
    return Node(function, inputs=["checkpoint", *inputs], outputs=outputs, name=node)
