"""test + classifiers and provenance of some arms -> scores, recalls, predictions; judges; each model's examination."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from kedro.pipeline import Node, Pipeline

from standin.experiments.arms import slug
from standin.pipelines.evaluation.nodes import evaluate, evaluate_by_epoch
from standin.pipelines.node_helpers import bind, own, with_checkpoint
from standin.pipelines.references.nodes import train_feature_extractor, train_oracle, train_regressor
from standin.pipelines.sample_quality.nodes import evaluate_samples
from standin.verdict.compute import compute_verdict

ORACLE_SEED, FEATURE_EXTRACTOR_SEED, REGRESSOR_SEED = (
    2000,
    3000,
    4000,
)  # far from the classifiers' seeds and the pseudo-labeler's


def create_pipeline(arms: Sequence[str], dataset: str) -> Pipeline:
    """Once a data set: its real arms."""
    return Pipeline([_evaluate(arms, dataset, None, None)])


def create_references_pipeline(rows: str, conditions: bool) -> Pipeline:
    """Once a data set, or once for several that are cut from the same: the judges of generated images.

    Args:
        rows: the name of the train rows that they are trained on.
        conditions: whether the rows have any.
    """
    nodes = [
        Node(
            bind(with_checkpoint(train_oracle, "train_oracle"), seed=ORACLE_SEED),
            inputs=["checkpoint", rows, "validation", "params:oracle"],
            outputs=["oracle", "oracle_report", "oracle_seen"],
            name="train_oracle",
            tags=["train", "gpu"],
        ),
        Node(
            bind(with_checkpoint(train_feature_extractor, "train_feature_extractor"), seed=FEATURE_EXTRACTOR_SEED),
            inputs=["checkpoint", rows, "params:feature_extractor"],
            outputs=["feature_extractor", "feature_extractor_seen"],
            name="train_feature_extractor",
            tags=["train", "gpu"],
        ),
    ]
    if conditions:
        nodes.append(
            Node(
                bind(with_checkpoint(train_regressor, "train_regressor"), seed=REGRESSOR_SEED),
                inputs=["checkpoint", rows, "test", "params:regressor"],
                outputs=["regressor", "regressor_report", "regressor_seen"],
                name="train_regressor",
                tags=["train", "gpu"],
            )
        )
    return Pipeline(nodes)


def create_experiment_pipeline(
    arms: Sequence[str], dataset: str, name: str, generative_model: str, generator_seed: int, conditions: bool
) -> Pipeline:
    """Once an experiment.

    Args:
        name: what figures call it after the data set.
        conditions: whether the data set's rows have any.
    """
    return Pipeline(
        [
            _evaluate(arms, dataset, generative_model, generator_seed),
            Node(
                bind(evaluate_samples, experiment=f"{dataset}.{name}"),
                inputs=[
                    "generative_model",
                    "synthetic",
                    "labeled_synthetic",
                    "snapshots",
                    "history",
                    "train",
                    "validation",
                    "test",
                    "oracle",
                    "oracle_seen",
                    "feature_extractor",
                    "feature_extractor_seen",
                    "params:sample_quality",
                    "params:withheld_subset",
                    *(["regressor", "regressor_seen"] if conditions else []),
                ],
                outputs=["sample_quality", "sample_quality_figures"],
                name="evaluate_samples",
            ),
        ]
    )


def create_verdict_pipeline(
    experiments: Sequence[tuple[str, str]],
    baseline: str | None = None,
    whole: bool = True,
    failed: Mapping[str, str] = MappingProxyType({}),
) -> Pipeline:
    """Once a data set: the answer.

    Args:
        experiments: (name without the data set's, generative model) of each.
        trivial: the generative model that the others have to beat, if it is among them.
        whole: whether real arms have all train rows.
        failed: what is left out -> why.
    """
    names = [name for name, _ in experiments]
    told = {"failed": dict(failed)} if failed else {}
    return Pipeline(
        [
            Node(
                bind(
                    compute_verdict,
                    models=tuple(model for _, model in experiments),
                    baseline=baseline,
                    whole=whole,
                    **told,
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
