"""train -> reference models; reference models and real images -> reference features and predictions."""

from collections.abc import Callable
from typing import Any

from kedro.pipeline import Node, Pipeline

from standin.pipelines.node_helpers import bind, with_checkpoint
from standin.pipelines.references.controls import check_memorization_controls
from standin.pipelines.references.evaluation import evaluate_regressor
from standin.pipelines.references.images import extract_reference_features, predict_reference_images
from standin.pipelines.references.memorization import extract_memorization_features
from standin.pipelines.references.nodes import train_feature_extractor, train_oracle, train_regressor
from standin.pipelines.seeds import FEATURE_EXTRACTOR_SEED, ORACLE_SEED, REGRESSOR_SEED, SECOND_EXTRACTOR_SEED

SECOND_EXTRACTOR = "second_feature_extractor"
"""Trained on half B, as `feature_extractor` is on half A: each tests the half that it has not seen for memorization."""


def create_pipeline(train: str, conditions: bool) -> Pipeline:
    """The reference models: once per data set, or once for all sizes of a learning curve.

    Args:
        train: the name of the images that they are trained on.
        conditions: whether the images have conditions.
    """
    nodes = [
        Node(
            bind(with_checkpoint(train_oracle, "train_oracle"), seed=ORACLE_SEED),
            inputs=["checkpoint", train, "validation", "params:oracle"],
            outputs=["oracle", "oracle_report", "oracle_seen"],
            name="train_oracle",
            tags=["train", "gpu"],
        ),
        _training_node(train_feature_extractor, "feature_extractor", train, seed=FEATURE_EXTRACTOR_SEED),
        _training_node(
            train_feature_extractor,
            SECOND_EXTRACTOR,
            train,
            "feature_extractor",
            seed=SECOND_EXTRACTOR_SEED,
            half=1,
            stage=SECOND_EXTRACTOR,
        ),
    ]
    if conditions:
        nodes += [
            _training_node(train_regressor, "regressor", train, seed=REGRESSOR_SEED),
            Node(
                evaluate_regressor,
                inputs=["regressor", train, "test"],
                outputs="regressor_report",
                name="evaluate_regressor",
            ),
        ]
    return Pipeline(nodes)


def create_images_pipeline(conditions: bool, controls: bool = False) -> Pipeline:
    """Features and predictions of real images, which may have conditions, and optionally the positive controls of the
    memorization test: once per data set."""
    second = [SECOND_EXTRACTOR, f"{SECOND_EXTRACTOR}_seen"]
    extractor, oracle = ["feature_extractor", "feature_extractor_seen"], ["oracle", "oracle_seen"]
    held_out, settings = ["validation", "test"], ["params:sample_quality", "params:withheld_subset"]
    regressor = ["regressor", "regressor_seen"] if conditions else []
    nodes = [
        Node(
            extract_reference_features,
            inputs=[*extractor, "train", *held_out, *settings, "reference_memorization"],
            outputs="reference_features",
            name="extract_reference_features",
        ),
        Node(
            extract_memorization_features,
            inputs=[
                *extractor,
                *second,
                "train",
                "validation",
                "test",
                "held_out",
                "params:sample_quality",
                "params:withheld_subset",
            ],
            outputs="reference_memorization",
            name="extract_memorization_features",
        ),
        Node(
            predict_reference_images,
            inputs=[*oracle, *held_out, "params:sample_quality", *regressor],
            outputs="reference_predictions",
            name="predict_reference_images",
        ),
    ]
    if controls:
        inputs = ["feature_extractor", SECOND_EXTRACTOR, "train", "test", "reference_memorization"]
        inputs += ["params:n_synthetic", "params:synthetic_ratio"]
        node = check_memorization_controls
        nodes.append(Node(node, inputs=inputs, outputs="memorization_controls", name="check_memorization_controls"))
    return Pipeline(nodes)


def _training_node(
    function: Callable[..., Any], model: str, train: str, parameters: str | None = None, **constants: Any
) -> Node:
    """Trains `model`; `parameters` is the name of its settings where that differs."""
    name = f"train_{model}"
    return Node(
        bind(with_checkpoint(function, name), **constants),
        inputs=["checkpoint", train, f"params:{parameters or model}"],
        outputs=[model, f"{model}_seen"],
        name=name,
        tags=["train", "gpu"],
    )
