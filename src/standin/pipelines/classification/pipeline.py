"""training pool of an arm -> classifiers, curves, provenance."""

from collections.abc import Sequence

from kedro.pipeline import Node, Pipeline

from standin.experiments.arms import ARMS, LONGER, REFERENCE, Run, slug
from standin.pipelines.classification.nodes import (
    train_arm,
    train_by_size,
    train_convergence,
    train_for_epochs,
    train_mixture,
)
from standin.pipelines.node_helpers import bind, with_checkpoint

TRAINS_FOR_EPOCH_TABLE = "train_for_epochs"
"""The node for the table by epochs, which nothing else depends on."""
CHOICE = "mixture"
"""The table of the amounts of generated images from which validation images chose."""
TRAINING_INPUTS = ("checkpoint", "params:classifier", "params:classifier_seeds")
"""Inputs of nodes that train on a pool; those of the pool follow."""


def create_pipeline(arms: Sequence[str], convergence_check: bool = False, real_curve: bool = False) -> Pipeline:
    """Once per data set: the arms without generated images; `real` also for other numbers of steps (the convergence
    check) and on fewer images (the learning curve)."""
    nodes = [_train_arm(Run(arm)) for arm in arms if ARMS[arm].pool]
    reference, pool = ARMS[REFERENCE], {"_target_": ARMS[REFERENCE].pool}
    if convergence_check:
        name = "train_convergence"
        nodes.append(
            Node(
                bind(with_checkpoint(train_convergence, name), pool=pool, twice=LONGER not in arms),
                inputs=[*TRAINING_INPUTS, *reference.inputs],
                outputs="classifiers_convergence",
                name=name,
                tags=["train", "gpu"],
            )
        )
    if real_curve:
        name = "train_by_size"
        nodes.append(
            Node(
                bind(with_checkpoint(train_by_size, name), pool=pool),
                inputs=[*TRAINING_INPUTS, "params:real_curve", *reference.inputs],
                outputs=["classifiers_by_size", "provenance_by_size"],
                name=name,
                tags=["train", "gpu"],
            )
        )
    return Pipeline(nodes)


def create_experiment_pipeline(runs: Sequence[Run]) -> Pipeline:
    """Once per experiment: the arms with generated images."""
    return Pipeline([_train_arm(run) for run in runs])


def create_epoch_table_pipeline(synthetic: str) -> Pipeline:
    """Once per data set, if configured; `synthetic` names the labeled samples."""
    parameters = ["params:classifier", "params:epoch_table", "params:classifier_seeds"]
    node = Node(
        with_checkpoint(train_for_epochs, TRAINS_FOR_EPOCH_TABLE),
        inputs=["checkpoint", "train", synthetic, *parameters],
        outputs=["classifiers_by_epoch", "provenance_by_epoch"],
        name=TRAINS_FOR_EPOCH_TABLE,
        tags=["train", "gpu"],
    )
    return Pipeline([node])


def _train_arm(run: Run) -> Node:
    name = slug(run.name)
    node = f"train_{name}"
    # The pool is a `_target_`, so that the code digest of the node covers only this pool function.
    pool = {"_target_": run.arm.pool}
    if run.candidates:
        function = bind(with_checkpoint(train_mixture, node), pool=pool, candidates=run.candidates)
    else:
        function = bind(with_checkpoint(train_arm, node), pool=pool, amount=run.amount)
    return Node(
        function,
        inputs=[*TRAINING_INPUTS, *(["validation"] if run.candidates else []), *run.arm.inputs],
        outputs=[f"classifiers_{name}", f"curves_{name}", f"provenance_{name}", *([CHOICE] if run.candidates else [])],
        name=node,
        tags=["train", "gpu"],
    )
