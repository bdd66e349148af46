"""test + classifiers and provenance of some arms -> scores, recalls, predictions; all of a data set -> verdict."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from kedro.pipeline import Node, Pipeline

from standin.experiments.arms import slug
from standin.pipelines.evaluation.nodes import evaluate, evaluate_by_epoch
from standin.pipelines.node_helpers import bind, own
from standin.verdict.compute import compute_verdict


def create_pipeline(arms: Sequence[str], dataset: str) -> Pipeline:
    """Once a data set: its real arms."""
    return Pipeline([_evaluate(arms, dataset, None, None)])


def create_experiment_pipeline(
    arms: Sequence[str], dataset: str, generative_model: str, generator_seed: int
) -> Pipeline:
    """Once an experiment."""
    return Pipeline([_evaluate(arms, dataset, generative_model, generator_seed)])


def create_verdict_pipeline(
    experiments: Sequence[tuple[str, str]],
    baseline: str | None = None,
    whole: bool = True,
    failed: Mapping[str, str] = MappingProxyType({}),
) -> Pipeline:
    """Once a data set: the answer.

    Args:
        experiments: (name without the data set's, generative model) of each.
        baseline: the generative model that the others have to beat, if it is among them.
        whole: whether real arms have all training images.
        failed: what is left out -> why.
    """
    names = [name for name, _ in experiments]
    failures = {"failed": dict(failed)} if failed else {}
    return Pipeline(
        [
            Node(
                bind(
                    compute_verdict,
                    models=tuple(model for _, model in experiments),
                    baseline=baseline,
                    whole=whole,
                    **failures,
                ),
                inputs=[
                    "test",
                    "predictions",
                    "scores",
                    "params:verdict",
                    "params:bootstrap",
                    "params:withheld_subset",
                    *(own(name, part) for part in ("predictions", "sample_quality", "scores") for name in names),
                ],
                outputs="verdict",
                name="compute_verdict",
            )
        ]
    )


def create_epoch_table_pipeline() -> Pipeline:
    """Once a data set, where its configuration asks for it."""
    return Pipeline(
        [
            Node(
                evaluate_by_epoch,
                inputs=["test", "classifiers_by_epoch", "provenance_by_epoch", "params:bootstrap"],
                outputs="accuracy_by_epoch",
                name="evaluate_by_epoch",
            )
        ]
    )


def _evaluate(arms: Sequence[str], dataset: str, generative_model: str | None, generator_seed: int | None) -> Node:
    function = bind(
        evaluate, arms=tuple(arms), dataset=dataset, generative_model=generative_model, generator_seed=generator_seed
    )
    of_arms = [f"{kind}_{slug(arm)}" for arm in arms for kind in ("classifiers", "provenance")]
    return Node(
        function,
        inputs=["test", "validation", "params:bootstrap", *of_arms],
        outputs=["scores", "recalls", "predictions"],
        name="evaluate",
    )
