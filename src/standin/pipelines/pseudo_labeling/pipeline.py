"""labelled -> labeller; synthetic -> labelled_synthetic."""

from kedro.pipeline import Node, Pipeline

from standin.pipelines.node_helpers import bind, keeping
from standin.pipelines.pseudo_labeling.nodes import label_synthetic, train_labeller

LABELLER_SEED = 1000  # far from the classifiers' seeds: the labeller is none of the judges


def create_pipeline() -> Pipeline:
    """Once a data set: the labeller."""
    return Pipeline(
        [
            Node(
                bind(keeping(train_labeller, "train_labeller"), seed=LABELLER_SEED),
                inputs=["checkpoint", "labelled", "params:labeller", "params:augmentation"],
                outputs=["labeller", "labeller_report", "labeller_rows"],
                name="train_labeller",
            )
        ]
    )


def create_experiment_pipeline() -> Pipeline:
    """Once an experiment: the labels of its samples."""
    return Pipeline(
        [
            Node(
                label_synthetic,
                inputs=[
                    "synthetic",
                    "labeller",
                    "labeller_rows",
                    "train",
                    "hand_labels",
                    "params:labelling",
                    "params:n_synthetic",
                    "params:synthetic_ratio",
                ],
                outputs=["labelled_synthetic", "label_report"],
                name="label_synthetic",
            )
        ]
    )
