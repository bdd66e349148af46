"""Generated images, reference features and predictions -> metrics and figures of one generative model."""

from collections.abc import Callable
from typing import Any

from kedro.pipeline import Node, Pipeline, pipeline

from standin.metrics.registry import plugins
from standin.pipelines.node_helpers import bind
from standin.pipelines.references import SECOND_EXTRACTOR
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
METRICS = ["prediction_metrics", "fidelity_metrics", "memorization_metrics", "model_metrics"]
OUTPUTS = {"sample_quality", "sample_quality_figures"}


def create_pipeline(experiment: str, conditions: bool) -> Pipeline:
    """Once per experiment. All nodes are in one namespace, which kedro-viz shows as one box.

    Args:
        experiment: its name in figures.
        conditions: whether the images of the data set have conditions.
    """
    nodes = Pipeline([*_network_nodes(conditions), *_metric_nodes(), *_result_nodes(experiment)])
    parameters = {name for name in nodes.inputs() if name.startswith("params:")}
    inputs = nodes.inputs() - parameters
    return pipeline(nodes, namespace=NAMESPACE, inputs=inputs, outputs=OUTPUTS, parameters=parameters)


def _node(function: Callable[..., Any], inputs: list[str], outputs: str | list[str]) -> Node:
    return Node(function, inputs=inputs, outputs=outputs, name=function.__name__)


def _network_nodes(conditions: bool) -> list[Node]:
    regressor, regressor_seen = (["regressor"], ["regressor_seen"]) if conditions else ([], [])
    seen = ["oracle_seen", "feature_extractor_seen", *regressor_seen]
    images, settings, report = "labeled_synthetic", "params:sample_quality", "leakage_report"
    extractors = [report, "feature_extractor", SECOND_EXTRACTOR]
    real = ["train", "reference_memorization", settings, "params:withheld_subset"]
    model = [report, "generative_model", "snapshots", "train", "test", "oracle", settings]
    return [
        _node(check_leakage, [images, "train", "validation", "test", *seen], report),
        _node(extract_sample_features, [*extractors, images, *real], ["features", "distances"]),
        _node(predict_samples, [report, "oracle", "synthetic", images, settings, *regressor], "predictions"),
        _node(probe_model, model, "model_outputs"),
    ]


def _metric_nodes() -> list[Node]:
    """The packages that add metrics are bound: another version of one makes its results out of date."""
    installed = plugins()
    inputs: dict[Callable[..., Any], list[str]] = {
        compute_prediction_metrics: ["predictions", "reference_predictions", "train", "params:sample_quality"],
        compute_fidelity: ["features", "reference_features"],
        compute_memorization: ["features", "reference_features", "distances"],
        compute_model_metrics: ["history", "model_outputs", "reference_predictions", "train", "test"],
    }
    return [
        _node(bind(function, plugins=installed) if installed else function, names, output)
        for (function, names), output in zip(inputs.items(), METRICS, strict=True)
    ]


def _result_nodes(experiment: str) -> list[Node]:
    images = ["synthetic", "labeled_synthetic", "train", "test"]
    arrays = ["features", "reference_features", "predictions", "reference_predictions", "model_outputs"]
    figures = bind(draw_figures, experiment=experiment)
    return [
        _node(figures, [*images, *arrays, "params:sample_quality"], ["sample_quality_figures", "captions"]),
        _node(collect_results, [*METRICS, "captions", "history", "snapshots", "train"], "sample_quality"),
    ]
