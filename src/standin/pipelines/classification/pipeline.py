"""rows of an arm -> classifiers, curves, ledger."""

from collections.abc import Sequence

from kedro.pipeline import Node, Pipeline

from standin.pipelines.arms import REAL_ARMS, SLUGS, SYNTHETIC_ARMS
from standin.pipelines.classification.nodes import train_on_both, train_on_real, train_on_synthetic

SETTINGS = ["params:classifier", "params:classifier_seeds"]
ROWS = {
    "R": (train_on_real, ["train", *SETTINGS]),
    "R_budget": (train_on_real, ["labelled", *SETTINGS]),
    "S": (train_on_synthetic, ["labelled_synthetic", *SETTINGS]),
    "R+S": (train_on_both, ["train", "labelled_synthetic", *SETTINGS, "params:synthetic_ratio"]),
}


def create_pipeline(arms: Sequence[str]) -> Pipeline:
    """Once a data set: the arms without generated rows."""
    return Pipeline([_arm(arm) for arm in REAL_ARMS if arm in arms])


def create_experiment_pipeline(arms: Sequence[str]) -> Pipeline:
    """Once an experiment: the arms with generated rows."""
    return Pipeline([_arm(arm) for arm in SYNTHETIC_ARMS if arm in arms])


def _arm(arm: str) -> Node:
    function, inputs = ROWS[arm]
    slug = SLUGS[arm]
    outputs = [f"classifiers_{slug}", f"curves_{slug}", f"ledger_{slug}"]
    return Node(function, inputs=inputs, outputs=outputs, name=f"train_on_{slug}")
