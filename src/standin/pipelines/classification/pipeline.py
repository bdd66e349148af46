"""rows of an arm -> classifiers, curves, ledger."""

from collections.abc import Sequence

from kedro.pipeline import Node, Pipeline

from standin.pipelines.arms import REAL_ARMS, SLUGS, SYNTHETIC_ARMS
from standin.pipelines.classification.nodes import (
    train_for_epochs,
    train_on_both,
    train_on_real,
    train_on_synthetic,
    train_on_synthetic_then_real,
)

SETTINGS = ["params:classifier", "params:classifier_seeds"]
ROWS = {
    "R": (train_on_real, ["train", *SETTINGS]),
    "R_budget": (train_on_real, ["labelled", *SETTINGS]),
    "R+aug": (train_on_real, ["train", *SETTINGS, "params:augmentation"]),
    "S": (train_on_synthetic, ["labelled_synthetic", *SETTINGS]),
    "R+S": (train_on_both, ["train", "labelled_synthetic", *SETTINGS, "params:synthetic_ratio"]),
    "S->R": (train_on_synthetic_then_real, ["train", "labelled_synthetic", *SETTINGS]),
}


def create_pipeline(arms: Sequence[str]) -> Pipeline:
    """Once a data set: the arms without generated rows."""
    return Pipeline([_arm(arm) for arm in REAL_ARMS if arm in arms])


def create_experiment_pipeline(arms: Sequence[str]) -> Pipeline:
    """Once an experiment: the arms with generated rows."""
    return Pipeline([_arm(arm) for arm in SYNTHETIC_ARMS if arm in arms])


def create_epoch_table_pipeline(synthetic: str) -> Pipeline:
    """Once a data set, where its configuration asks for it; `synthetic` names the labelled samples."""
    parameters = ["params:classifier", "params:epoch_table", "params:classifier_seeds"]
    return Pipeline(
        [
            Node(
                train_for_epochs,
                inputs=["train", synthetic, *parameters],
                outputs=["classifiers_by_epoch", "ledger_by_epoch"],
                name="train_for_epochs",
            )
        ]
    )


def _arm(arm: str) -> Node:
    function, inputs = ROWS[arm]
    slug = SLUGS[arm]
    outputs = [f"classifiers_{slug}", f"curves_{slug}", f"ledger_{slug}"]
    return Node(function, inputs=inputs, outputs=outputs, name=f"train_on_{slug}")
