"""scores, histories, samples -> figures; all of a data set -> accuracy.csv, report.html."""

from collections.abc import Sequence

from kedro.pipeline import Node, Pipeline

from standin.pipelines.arms import SLUGS
from standin.pipelines.binding import bind
from standin.pipelines.reporting.nodes import (
    build_report,
    draw_accuracy,
    draw_classifiers,
    draw_losses,
    draw_real,
    draw_samples,
    tabulate,
)

EXPERIMENT_PARTS = (
    "samples_figure",
    "labelled_figure",
    "losses_figure",
    "training_figure",
    "confusion_figure",
    "label_report",
    "recalls",
)


def create_experiment_pipeline(experiment: str, arms: Sequence[str], real_arms: Sequence[str]) -> Pipeline:
    """Once an experiment: its figures.

    Args:
        experiment: what the figures call it.
        arms: its own arms.
        real_arms: the data set's arms without generated rows, whose curves are drawn beside.
    """
    curves = [f"real_curves_{SLUGS[arm]}" for arm in real_arms] + [f"curves_{SLUGS[arm]}" for arm in arms]
    return Pipeline(
        [
            Node(
                bind(draw_samples, experiment=experiment),
                inputs=["snapshots", "labelled_synthetic"],
                outputs=["samples_figure", "labelled_figure"],
                name="draw_samples",
            ),
            Node(
                bind(draw_losses, experiment=experiment),
                inputs="history",
                outputs="losses_figure",
                name="draw_losses",
            ),
            Node(
                bind(draw_classifiers, arms=(*real_arms, *arms), experiment=experiment),
                inputs=["predictions", "real_predictions", "test", *curves],
                outputs=["training_figure", "confusion_figure"],
                name="draw_classifiers",
            ),
        ]
    )


def create_pipeline(experiments: Sequence[str]) -> Pipeline:
    """Once a data set: the table and the report.

    Args:
        experiments: names of the experiments without the data set's.
    """
    parts = {f"{experiment}/{part}": own(experiment, part) for experiment in experiments for part in EXPERIMENT_PARTS}
    return Pipeline(
        [
            Node(
                tabulate,
                inputs=["scores", *(own(experiment, "scores") for experiment in experiments)],
                outputs="accuracy",
                name="tabulate",
            ),
            Node(draw_accuracy, inputs=["accuracy", "params:title"], outputs="accuracy_figure", name="draw_accuracy"),
            Node(draw_real, inputs=["train", "params:title"], outputs="real_figure", name="draw_real"),
            Node(
                build_report,
                inputs={
                    "accuracy": "accuracy",
                    "parameters": "params:entry",
                    "accuracy_figure": "accuracy_figure",
                    "real_figure": "real_figure",
                    "labeller_report": "labeller_report",
                    "recalls": "recalls",
                    **parts,
                },
                outputs="report",
                name="build_report",
            ),
        ]
    )


def own(experiment: str, part: str) -> str:
    """What the template calls an experiment's output; the dot of a namespace is not for names inside a template."""
    return f"{experiment.replace('.', '__')}__{part}"
