"""Training pools and predictions of the first network -> predictions of a second one; images -> scores on pixels."""

from collections.abc import Sequence

from kedro.pipeline import Node, Pipeline

from standin.experiments.arms import ARMS, REFERENCE, Run, slug
from standin.pipelines.node_helpers import bind, own, with_checkpoint
from standin.pipelines.other_classifiers.pixels import evaluate_pixel_classifiers, evaluate_pixel_classifiers_on_real
from standin.pipelines.other_classifiers.second_network import pool_of, train_second_classifier, train_second_on_real

TRAINING_INPUTS = ("checkpoint", "params:second_classifier", "params:classifier_seeds", "test", "params:verdict")
TRAINING_TAGS = ("train", "gpu")


def create_second_pipeline(experiments: Sequence[tuple[str, str]], second: bool) -> Pipeline:
    """Once per data set: arm `real` with the second network, if there is one.

    Args:
        experiments: (name without the data set, generative model).
    """
    if not second:
        return Pipeline([])
    reference, name = ARMS[REFERENCE], "train_second_on_real"
    models = tuple(model for _, model in experiments)
    predictions = [own(experiment, "predictions") for experiment, _ in experiments]
    node = Node(
        bind(with_checkpoint(train_second_on_real, name), models=models, pool={"_target_": reference.pool}),
        inputs=[*TRAINING_INPUTS, "predictions", *predictions, *reference.inputs],
        outputs="second_predictions",
        name=name,
        tags=TRAINING_TAGS,
    )
    return Pipeline([node])


def create_pixel_pipeline(pixels: bool) -> Pipeline:
    """Once per data set: arm `real` with classifiers on pixels, if there are any."""
    node = Node(
        evaluate_pixel_classifiers_on_real,
        inputs=["params:pixel_classifiers", "params:pixel_images", "train", "test", f"provenance_{REFERENCE}"],
        outputs="pixel_scores",
        name="evaluate_pixel_classifiers",
    )
    return Pipeline([node] if pixels else [])


def create_experiment_pipeline(
    runs: Sequence[Run], generative_model: str, predictions: Sequence[str], second: bool, pixels: bool
) -> Pipeline:
    """Once per experiment: its arms that answer a question with the second network, and its images alone with the
    classifiers on pixels.

    Args:
        predictions: entries with the first network's predictions, of the model's experiments of all generator seeds.
        second: whether there is a second network.
        pixels: whether there are classifiers on pixels.
    """
    nodes, name = [], "train_second_classifier"
    runs = [run for run in runs if run.arm.question]
    alone = next((run for run in runs if run.arm.question == "replace"), None)
    runs = [run for run in runs if run.arm.question]
    if second:
        # An arm with another reference would need that, too; without a second network, it gets no yes.
        pools = {run.name: pool_of(run) for run in runs if run.arm.reference == REFERENCE}
        inputs = list(dict.fromkeys(entry for pool in pools.values() for entry in pool["inputs"]))
        nodes.append(
            Node(
                bind(with_checkpoint(train_second_classifier, name), names=tuple(inputs), runs=pools),
                inputs=[*TRAINING_INPUTS, "real_predictions", *predictions, *inputs],
                outputs="second_predictions",
                name=name,
                tags=TRAINING_TAGS,
            )
        )
    if pixels and alone:
        arrays = ["real_pixel_scores", "train", "test", "labeled_synthetic", f"provenance_{slug(alone.name)}"]
        nodes.append(
            Node(
                bind(evaluate_pixel_classifiers, generative_model=generative_model, amount=alone.amount),
                inputs=["params:pixel_classifiers", *arrays],
                outputs="pixel_scores",
                name="evaluate_pixel_classifiers",
            )
        )
    return Pipeline(nodes)
