"""training pool of an arm -> classifiers, curves, provenance."""

from collections.abc import Sequence

from kedro.pipeline import Node, Pipeline

from standin.experiments.arms import Run, slug
from standin.pipelines.classification.nodes import train_arm, train_for_epochs
from standin.pipelines.node_helpers import bind, with_checkpoint

TRAINS_FOR_EPOCH_TABLE = "train_for_epochs"
"""The node for the table by epochs, without which everything else can be compared."""


def create_pipeline(arms: Sequence[str]) -> Pipeline:
    """Once per data set: the arms without generated images."""
    return Pipeline([_train_arm(Run(arm)) for arm in arms])


def create_experiment_pipeline(runs: Sequence[Run]) -> Pipeline:
    """Once per experiment: the arms with generated images."""
    return Pipeline([_train_arm(run) for run in runs])


def create_epoch_table_pipeline(synthetic: str) -> Pipeline:
    """Once per data set, where its configuration asks for it; `synthetic` names the labeled samples."""
    parameters = ["params:classifier", "params:epoch_table", "params:classifier_seeds"]
    return Pipeline(
        [
            Node(
                with_checkpoint(train_for_epochs, TRAINS_FOR_EPOCH_TABLE),
                inputs=["checkpoint", "train", synthetic, *parameters],
                outputs=["classifiers_by_epoch", "provenance_by_epoch"],
                name=TRAINS_FOR_EPOCH_TABLE,
                tags=["train", "gpu"],
            )
        ]
    )


def _train_arm(run: Run) -> Node:
    name = slug(run.name)
    node = f"train_{name}"
    # Bound as a target, so that the code digest of the node follows this pool function only.
    function = bind(with_checkpoint(train_arm, node), pool={"_target_": run.arm.pool}, amount=run.amount)
    return Node(
        function,
        inputs=["checkpoint", "params:classifier", "params:classifier_seeds", *run.arm.inputs],
        outputs=[f"classifiers_{name}", f"curves_{name}", f"provenance_{name}"],
        name=node,
        tags=["train", "gpu"],
    )
