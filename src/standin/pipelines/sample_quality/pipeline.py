"""Generated images, reference features and predictions -> metrics and figures of one generative model."""

from collections.abc import Callable, Sequence
from typing import Any

from kedro.pipeline import Node, Pipeline, pipeline

from standin.metrics.registry import plugins
from standin.pipelines.node_helpers import bind
from standin.pipelines.references.pipeline import SECOND_EXTRACTOR
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
OUTPUTS = {"sample_quality", "sample_quality_figures", "samples"}


def create_pipeline(experiment: str, conditions: bool, trained: bool = True) -> Pipeline:
    """Once per experiment. All nodes are in one namespace, which kedro-viz shows as one box.

    Args:
        experiment: its name in figures.
        conditions: whether the images of the data set have conditions.
        trained: whether the generative model was trained here, so that it can be evaluated itself.
    """
    metrics = _metric_nodes(trained)
    nodes = Pipeline([*_network_nodes(conditions, trained), *metrics, *_result_nodes(experiment, metrics, trained)])
    parameters = {name for name in nodes.inputs() if name.startswith("params:")}
    inputs = nodes.inputs() - parameters
    return pipeline(nodes, namespace=NAMESPACE, inputs=inputs, outputs=OUTPUTS, parameters=parameters)


def _node(function: Callable[..., Any], inputs: list[str], outputs: str | list[str]) -> Node:
    return Node(function, inputs=inputs, outputs=outputs, name=function.__name__)


def _network_nodes(conditions: bool, trained: bool) -> list[Node]:
    regressor, regressor_seen = (["regressor"], ["regressor_seen"]) if conditions else ([], [])
    seen = ["oracle_seen", "feature_extractor_seen", *regressor_seen]
    images, settings, report = "labeled_synthetic", "params:sample_quality", "leakage_report"
    extractors = [report, "feature_extractor", SECOND_EXTRACTOR]
    real = ["train", "reference_memorization", settings, "params:withheld_subset"]
    model = [report, "generative_model", "snapshots", "train", "test", "oracle", settings]
    nodes = [
        _node(check_leakage, [images, "train", "validation", "test", *seen], report),
        _node(extract_sample_features, [*extractors, images, *real], ["features", "distances"]),
        _node(predict_samples, [report, "oracle", "synthetic", images, settings, *regressor], "predictions"),
    ]
    return [*nodes, _node(probe_model, model, "model_outputs")] if trained else nodes


def _metric_nodes(trained: bool) -> list[Node]:
    """The packages that add metrics are bound: another version of one makes its results out of date."""
    installed = plugins()
    nodes: dict[str, tuple[Callable[..., Any], list[str]]] = {
        "prediction_metrics": (
            compute_prediction_metrics,
            ["predictions", "reference_predictions", "train", "params:sample_quality"],
        ),
        "fidelity_metrics": (compute_fidelity, ["features", "reference_features"]),
        "memorization_metrics": (compute_memorization, ["features", "reference_features", "distances"]),
    }
    if trained:
        inputs = ["history", "model_outputs", "reference_predictions", "train", "test"]
        nodes["model_metrics"] = (compute_model_metrics, inputs)
    return [
        _node(bind(function, plugins=installed) if installed else function, inputs, output)
        for output, (function, inputs) in nodes.items()
    ]


def _result_nodes(experiment: str, metrics: Sequence[Node], trained: bool) -> list[Node]:
    images = ["synthetic", "labeled_synthetic", "train", "test"]
    arrays = ["features", "reference_features", "predictions", "reference_predictions"]
    model = ["model_outputs"] if trained else []
    figures = bind(draw_figures, experiment=experiment)
    results = [name for node in metrics for name in node.outputs]
    training = ["history", "snapshots", "train"]
    return [
        _node(figures, [*images, *arrays, "params:sample_quality", *model], ["sample_quality_figures", "captions"]),
        _node(
            collect_results,
            ["captions", *training, "labeled_synthetic", *arrays[2:], *results],
            ["sample_quality", "samples"],
        ),
    ]
