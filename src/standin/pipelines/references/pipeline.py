"""train -> reference models; reference models and real images -> reference features and predictions."""

from kedro.pipeline import Node, Pipeline

from standin.pipelines.node_helpers import bind, with_checkpoint
from standin.pipelines.references.evaluation import evaluate_regressor
from standin.pipelines.references.images import extract_reference_features, predict_reference_images
from standin.pipelines.references.nodes import train_feature_extractor, train_oracle, train_regressor

# Far from the seeds of the classifiers and of the pseudo-labeler.
ORACLE_SEED, FEATURE_EXTRACTOR_SEED, REGRESSOR_SEED = 2000, 3000, 4000


def create_pipeline(train: str, conditions: bool) -> Pipeline:
    """Once a data set, or once for several sizes of it: the reference models.

    Args:
        train: the name of the training images that they are trained on.
        conditions: whether the images have any.
    """
    nodes = [
        Node(
            bind(with_checkpoint(train_oracle, "train_oracle"), seed=ORACLE_SEED),
            inputs=["checkpoint", train, "validation", "params:oracle"],
            outputs=["oracle", "oracle_report", "oracle_seen"],
            name="train_oracle",
            tags=["train", "gpu"],
        ),
        Node(
            bind(with_checkpoint(train_feature_extractor, "train_feature_extractor"), seed=FEATURE_EXTRACTOR_SEED),
            inputs=["checkpoint", train, "params:feature_extractor"],
            outputs=["feature_extractor", "feature_extractor_seen"],
            name="train_feature_extractor",
            tags=["train", "gpu"],
        ),
    ]
    if conditions:
        nodes += [
            Node(
                bind(with_checkpoint(train_regressor, "train_regressor"), seed=REGRESSOR_SEED),
                inputs=["checkpoint", train, "params:regressor"],
                outputs=["regressor", "regressor_seen"],
                name="train_regressor",
                tags=["train", "gpu"],
            ),
            Node(
                evaluate_regressor,
                inputs=["regressor", train, "test"],
                outputs="regressor_report",
                name="evaluate_regressor",
            ),
        ]
    return Pipeline(nodes)


def create_images_pipeline(conditions: bool) -> Pipeline:
    """Once a data set: what the reference models say about its real images.

    Args:
        conditions: whether the images have any.
    """
    return Pipeline(
        [
            Node(
                extract_reference_features,
                inputs=[
                    "feature_extractor",
                    "feature_extractor_seen",
                    "train",
                    "validation",
                    "test",
                    "params:sample_quality",
                    "params:withheld_subset",
                ],
                outputs="reference_features",
                name="extract_reference_features",
            ),
            Node(
                predict_reference_images,
                inputs=[
                    "oracle",
                    "oracle_seen",
                    "validation",
                    "test",
                    "params:sample_quality",
                    *(["regressor", "regressor_seen"] if conditions else []),
                ],
                outputs="reference_predictions",
                name="predict_reference_images",
            ),
        ]
    )
