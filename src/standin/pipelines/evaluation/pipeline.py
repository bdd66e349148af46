"""test + classifiers and ledgers of some arms -> scores, recalls, predictions."""

from collections.abc import Sequence

from kedro.pipeline import Node, Pipeline

from standin.pipelines.arms import SLUGS
from standin.pipelines.binding import bind
from standin.pipelines.evaluation.nodes import evaluate


def create_pipeline(
    arms: Sequence[str], dataset: str, generative_model: str | None = None, generator_seed: int | None = None
) -> Pipeline:
    """Once a data set (for its real arms) and once an experiment."""
    function = bind(
        evaluate, arms=tuple(arms), dataset=dataset, generative_model=generative_model, generator_seed=generator_seed
    )
    of_arms = [f"{kind}_{SLUGS[arm]}" for arm in arms for kind in ("classifiers", "ledger")]
    return Pipeline(
        [
            Node(
                function,
                inputs=["test", "params:bootstrap", *of_arms],
                outputs=["scores", "recalls", "predictions"],
                name="evaluate",
            )
        ]
    )
