"""Generated images, reference features and predictions -> metrics and figures of one generative model."""

from collections.abc import Callable
from typing import Any

from kedro.pipeline import Node, Pipeline, pipeline

from standin.metrics.registry import plugins
from standin.pipelines.node_helpers import bind
from standin.pipelines.sample_quality.collect import collect_results
from standin.pipelines.sample_quality.figures import draw_figures
from standin.pipelines.sample_quality.metric_nodes import (
    compute_fidelity,
    compute_memorization,
    compute_model_metrics,
    compute_prediction_metrics,
)
from standin.pipelines.sample_quality.nodes import (
    check_leakage,
    extract_sample_features,
    predict_samples,
    probe_model,
)

NAMESPACE = "sample_quality"
OUTPUTS = {"sample_quality", "sample_quality_figures"}


def create_pipeline(experiment: str, conditions: bool) -> Pipeline:
    """Once an experiment; all nodes are in a namespace of their own, which kedro-viz shows as one box.

    Args:
        experiment: what figures call it.
        conditions: whether the data set's images have any.
    """
    nodes = Pipeline([*_network_nodes(conditions), *_metric_nodes(), *_result_nodes(experiment)])
    parameters = {name for name in nodes.inputs() if name.startswith("params:")}
    inputs = nodes.inputs() - parameters
    return pipeline(nodes, namespace=NAMESPACE, inputs=inputs, outputs=OUTPUTS, parameters=parameters)


def _network_nodes(conditions: bool) -> list[Node]:
    regressor, regressor_seen = (["regressor"], ["regressor_seen"]) if conditions else ([], [])
    seen = ["oracle_seen", "feature_extractor_seen", *regressor_seen]
    settings = ["params:sample_quality", "params:withheld_subset"]
    return [
        Node(
            check_leakage,
            inputs=["labeled_synthetic", "train", "validation", "test", *seen],
            outputs="leakage_report",
            name="check_leakage",
        ),
        Node(
            extract_sample_features,
            inputs=["leakage_report", "feature_extractor", "labeled_synthetic", "train", *settings],
            outputs="features",
            name="extract_sample_features",
        ),
        Node(
            predict_samples,
            inputs=["leakage_report", "oracle", "synthetic", "labeled_synthetic", settings[0], *regressor],
            outputs="predictions",
            name="predict_samples",
        ),
        Node(
            probe_model,
            inputs=["leakage_report", "generative_model", "snapshots", "train", "test", "oracle", settings[0]],
            outputs="model_outputs",
            name="probe_model",
        ),
    ]


def _metric_nodes() -> list[Node]:
    return [
        Node(
            _with_plugins(compute_prediction_metrics),
            inputs=["predictions", "reference_predictions", "train", "params:sample_quality"],
            outputs="prediction_metrics",
            name="compute_prediction_metrics",
        ),
        Node(
            _with_plugins(compute_fidelity),
            inputs=["features", "reference_features"],
            outputs="fidelity_metrics",
            name="compute_fidelity",
        ),
        Node(
            _with_plugins(compute_memorization),
            inputs=["features", "reference_features"],
            outputs="memorization_metrics",
            name="compute_memorization",
        ),
        Node(
            _with_plugins(compute_model_metrics),
            inputs=["history", "model_outputs", "reference_predictions", "train", "test"],
            outputs="model_metrics",
            name="compute_model_metrics",
        ),
    ]


def _result_nodes(experiment: str) -> list[Node]:
    images = ["synthetic", "labeled_synthetic", "train", "test"]
    arrays = ["features", "reference_features", "predictions", "reference_predictions", "model_outputs"]
    metrics = [f"{kind}_metrics" for kind in ("prediction", "fidelity", "memorization", "model")]
    return [
        Node(
            bind(draw_figures, experiment=experiment),
            inputs=[*images, *arrays, "params:sample_quality"],
            outputs=["sample_quality_figures", "captions"],
            name="draw_figures",
        ),
        Node(
            collect_results,
            inputs=[*metrics, "captions", "history", "snapshots", "train"],
            outputs="sample_quality",
            name="collect_results",
        ),
    ]


def _with_plugins(function: Callable[..., Any]) -> Callable[..., Any]:
    """Bound to the packages that add metrics, so that another version of one makes its results out of date."""
    installed = plugins()
    return bind(function, plugins=installed) if installed else function
