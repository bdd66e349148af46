"""labeled -> pseudo_labeler, cross_fitted_labels; synthetic -> labeled_synthetic."""

from collections.abc import Sequence

from kedro.pipeline import Node, Pipeline

from standin.experiments.arms import ARMS
from standin.pipelines.node_helpers import bind, with_checkpoint
from standin.pipelines.pseudo_labeling.cross_fitting import cross_fit
from standin.pipelines.pseudo_labeling.nodes import as_arm, label_synthetic, train_pseudo_labeler
from standin.pipelines.seeds import PSEUDO_LABELER_SEED


def create_pipeline(arms: Sequence[str]) -> Pipeline:
    """Once per data set: the pseudo-labeler, and what arms without generated images need of it."""
    inputs = {name for arm in arms for name in ARMS[arm].inputs}
    train = Node(
        bind(with_checkpoint(train_pseudo_labeler, "train_pseudo_labeler"), seed=PSEUDO_LABELER_SEED),
        inputs=["checkpoint", "labeled", "params:pseudo_labeler"],
        outputs=["pseudo_labeler", "pseudo_labeler_report", "pseudo_labeler_seen"],
        name="train_pseudo_labeler",
        tags=["train", "gpu"],
    )
    as_arm_node = Node(
        bind(as_arm, seed=PSEUDO_LABELER_SEED),
        inputs=["pseudo_labeler", "pseudo_labeler_seen"],
        outputs=["classifiers_pseudo_labeler", "provenance_pseudo_labeler"],
        name="pseudo_labeler_as_arm",
    )
    labels = Node(
        bind(with_checkpoint(cross_fit, "cross_fit"), seed=PSEUDO_LABELER_SEED),
        inputs=["checkpoint", "train", "labeled", "pseudo_labeler", "pseudo_labeler_seen", "params:pseudo_labeler"],
        outputs="cross_fitted_labels",
        name="cross_fit",
        tags=["train", "gpu"],
    )
    return Pipeline(
        [
            train,
            *([as_arm_node] if "pseudo_labeler" in arms else []),
            *([labels] if "cross_fitted_labels" in inputs else []),
        ]
    )


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
