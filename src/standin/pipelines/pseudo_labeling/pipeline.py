"""labeled -> pseudo_labeler; synthetic -> labeled_synthetic."""

from kedro.pipeline import Node, Pipeline

from standin.pipelines.node_helpers import bind, with_checkpoint
from standin.pipelines.pseudo_labeling.nodes import as_arm, label_synthetic, train_pseudo_labeler

PSEUDO_LABELER_SEED = 1000  # far from the seeds of classifiers and reference models


def create_pipeline(evaluated: bool = False) -> Pipeline:
    """Once per data set: the pseudo-labeler, which is also an arm if it is to be `evaluated`."""
    train = Node(
        bind(with_checkpoint(train_pseudo_labeler, "train_pseudo_labeler"), seed=PSEUDO_LABELER_SEED),
        inputs=["checkpoint", "labeled", "params:pseudo_labeler"],
        outputs=["pseudo_labeler", "pseudo_labeler_report", "pseudo_labeler_seen"],
        name="train_pseudo_labeler",
        tags=["train", "gpu"],
    )
    arm = Node(
        bind(as_arm, seed=PSEUDO_LABELER_SEED),
        inputs=["pseudo_labeler", "pseudo_labeler_seen"],
        outputs=["classifiers_pseudo_labeler", "provenance_pseudo_labeler"],
        name="pseudo_labeler_as_arm",
    )
    return Pipeline([train, arm] if evaluated else [train])


def create_experiment_pipeline() -> Pipeline:
    """Once per experiment: the labels of its samples."""
    parameters = ["params:pseudo_labeling", "params:n_synthetic", "params:synthetic_ratio"]
    node = Node(
        label_synthetic,
        inputs=["synthetic", "pseudo_labeler", "pseudo_labeler_seen", "train", "manual_labels", *parameters],
        outputs=["labeled_synthetic", "label_report"],
        name="label_synthetic",
    )
    return Pipeline([node])
