"""test + classifiers and provenance of some arms -> scores, recalls, predictions; all of a data set -> verdict."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from kedro.pipeline import Node, Pipeline

from standin.experiments.arms import ARMS, REFERENCE, slug
from standin.pipelines.evaluation.nodes import evaluate, evaluate_by_epoch, evaluate_convergence, predict_by_size
from standin.pipelines.evaluation.robustness import evaluate_robustness
from standin.pipelines.node_helpers import bind, own
from standin.verdict.compute import compute_verdict

ROBUSTNESS_ARMS = (REFERENCE, *(arm.key for arm in ARMS.values() if arm.question == "replace"))
"""Arms whose classifiers are also scored on perturbed test images: real images alone, generated images alone."""


def create_pipeline(
    arms: Sequence[str], dataset: str, convergence_check: bool = False, real_curve: bool = False
) -> Pipeline:
    """Scores of the real arms, whether `real` is trained long enough, and its predictions with fewer images: once per
    data set."""
    nodes = [_evaluate(arms, dataset, None, None), *_evaluate_robustness(arms, None)]
    if convergence_check:
        inputs = ["validation", "classifiers_convergence", "scores", "params:classifier_seeds"]
        nodes.append(Node(evaluate_convergence, inputs=inputs, outputs="convergence", name="evaluate_convergence"))
    if real_curve:
        inputs = ["test", "classifiers_by_size", "provenance_by_size"]
        nodes.append(Node(predict_by_size, inputs=inputs, outputs="predictions_by_size", name="predict_by_size"))
    return Pipeline(nodes)


def create_experiment_pipeline(
    arms: Sequence[str], dataset: str, generative_model: str, generator_seed: int
) -> Pipeline:
    """Scores of the arms with generated images: once per experiment."""
    nodes = [_evaluate(arms, dataset, generative_model, generator_seed), *_evaluate_robustness(arms, generative_model)]
    return Pipeline(nodes)


def create_verdict_pipeline(
    experiments: Sequence[tuple[str, str]],
    baseline: str | None = None,
    whole: bool = True,
    failed: Mapping[str, str] = MappingProxyType({}),
    optional: Sequence[str] = (),
    second_network: str | None = None,
    quick: bool = False,
) -> Pipeline:
    """The verdict: once per data set.

    Args:
        experiments: (name without the data set, generative model).
        baseline: the generative model that the others have to beat; None: it does not run.
        whole: whether real arms have all training images.
        failed: part that is left out -> why.
        optional, second_network, quick: as of `compute_verdict`.
    """
    names = [name for name, _ in experiments]
    models = tuple(model for _, model in experiments)
    more: dict[str, Any] = {"failed": dict(failed)} if failed else {}
    settings = [f"params:{name}" for name in ("verdict", "bootstrap", "withheld_subset")]
    results = [own(name, part) for part in ("predictions", "sample_quality", "scores") for name in names]
    seconds = []
    if second_network:
        seconds = ["second_predictions", *(own(name, "second_predictions") for name in names)]
        more["second_network"] = second_network
    if quick:
        more["quick"] = True
    node = Node(
        bind(compute_verdict, models=models, baseline=baseline, whole=whole, optional=tuple(optional), **more),
        inputs=["test", "predictions", "scores", *settings, *results, *optional, *seconds],
        outputs="verdict",
        name="compute_verdict",
    )
    return Pipeline([node])


def create_epoch_table_pipeline() -> Pipeline:
    """The epoch table: once per data set that configures it."""
    inputs = ["test", "classifiers_by_epoch", "provenance_by_epoch", "params:bootstrap"]
    return Pipeline([Node(evaluate_by_epoch, inputs=inputs, outputs="accuracy_by_epoch", name="evaluate_by_epoch")])


def _evaluate(arms: Sequence[str], dataset: str, generative_model: str | None, generator_seed: int | None) -> Node:
    function = bind(
        evaluate, arms=tuple(arms), dataset=dataset, generative_model=generative_model, generator_seed=generator_seed
    )
    arms_data = [f"{entry}_{slug(arm)}" for arm in arms for entry in ("classifiers", "provenance")]
    return Node(
        function,
        inputs=["test", "validation", "params:bootstrap", *arms_data],
        outputs=["scores", "recalls", "predictions"],
        name="evaluate",
    )


def _evaluate_robustness(arms: Sequence[str], generative_model: str | None) -> list[Node]:
    """For the first of `ROBUSTNESS_ARMS` among `arms`, if any."""
    arm = next((arm for arm in arms if arm in ROBUSTNESS_ARMS), None)
    if arm is None:
        return []
    inputs = ["test", "params:bootstrap", f"classifiers_{arm}", f"provenance_{arm}"]
    function = bind(evaluate_robustness, arm=arm, generative_model=generative_model)
    return [Node(function, inputs=inputs, outputs="robustness", name="evaluate_robustness")]
