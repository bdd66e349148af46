"""test + classifiers and ledgers of some arms -> scores, recalls, predictions; judges; each model's examination."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from kedro.pipeline import Node, Pipeline

from standin.experiments.arms import slug
from standin.pipelines.evaluation.nodes import evaluate, evaluate_by_epoch
from standin.pipelines.node_helpers import bind, keeping, own
from standin.pipelines.references.nodes import train_extractor, train_oracle, train_regressor
from standin.pipelines.sample_quality.examination import examine
from standin.verdict.compute import judge

ORACLE_SEED, EXTRACTOR_SEED, REGRESSOR_SEED = 2000, 3000, 4000  # far from the classifiers' seeds and the labeller's


def create_pipeline(arms: Sequence[str], dataset: str) -> Pipeline:
    """Once a data set: its real arms."""
    return Pipeline([_evaluate(arms, dataset, None, None)])


def create_judges_pipeline(rows: str, conditions: bool) -> Pipeline:
    """Once a data set, or once for several that are cut from the same: the judges of generated images.

    Args:
        rows: the name of the train rows that they are trained on.
        conditions: whether the rows have any.
    """
    nodes = [
        Node(
            bind(keeping(train_oracle, "train_oracle"), seed=ORACLE_SEED),
            inputs=["checkpoint", rows, "validation", "params:oracle", "params:augmentation"],
            outputs=["oracle", "oracle_report", "oracle_rows"],
            name="train_oracle",
        ),
        Node(
            bind(keeping(train_extractor, "train_extractor"), seed=EXTRACTOR_SEED),
            inputs=["checkpoint", rows, "params:extractor", "params:augmentation"],
            outputs=["extractor", "extractor_rows"],
            name="train_extractor",
        ),
    ]
    if conditions:
        nodes.append(
            Node(
                bind(keeping(train_regressor, "train_regressor"), seed=REGRESSOR_SEED),
                inputs=["checkpoint", rows, "test", "params:regressor", "params:augmentation"],
                outputs=["regressor", "regressor_report", "regressor_rows"],
                name="train_regressor",
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
                bind(examine, experiment=f"{dataset}.{name}"),
                inputs=[
                    "generative_model",
                    "synthetic",
                    "labelled_synthetic",
                    "snapshots",
                    "history",
                    "train",
                    "validation",
                    "test",
                    "oracle",
                    "oracle_rows",
                    "extractor",
                    "extractor_rows",
                    "params:examination",
                    "params:hole",
                    *(["regressor", "regressor_rows"] if conditions else []),
                ],
                outputs=["examination", "examination_figures"],
                name="examine",
            ),
        ]
    )


def create_verdict_pipeline(
    experiments: Sequence[tuple[str, str]],
    trivial: str | None = None,
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
                bind(judge, models=tuple(model for _, model in experiments), trivial=trivial, whole=whole, **told),
                inputs=[
                    "test",
                    "predictions",
                    "scores",
                    "params:verdict",
                    "params:bootstrap",
                    "params:hole",
                    *(own(name, part) for part in ("predictions", "examination", "scores") for name in names),
                ],
                outputs="verdict",
                name="judge",
            )
        ]
    )


def create_epoch_table_pipeline() -> Pipeline:
    """Once a data set, where its configuration asks for it."""
    return Pipeline(
        [
            Node(
                evaluate_by_epoch,
                inputs=["test", "classifiers_by_epoch", "ledger_by_epoch", "params:bootstrap"],
                outputs="accuracy_by_epoch",
                name="evaluate_by_epoch",
            )
        ]
    )


def _evaluate(arms: Sequence[str], dataset: str, generative_model: str | None, generator_seed: int | None) -> Node:
    function = bind(
        evaluate, arms=tuple(arms), dataset=dataset, generative_model=generative_model, generator_seed=generator_seed
    )
    of_arms = [f"{kind}_{slug(arm)}" for arm in arms for kind in ("classifiers", "ledger")]
    return Node(
        function,
        inputs=["test", "validation", "params:bootstrap", *of_arms],
        outputs=["scores", "recalls", "predictions"],
        name="evaluate",
    )
