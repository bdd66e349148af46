"""Scores, histories, samples -> figures; everything of a data set -> accuracy.csv, report.html."""

from collections.abc import Mapping, Sequence

from kedro.pipeline import Node, Pipeline

from standin.experiments.arms import slug
from standin.pipelines.node_helpers import bind, own
from standin.pipelines.reporting.nodes import (
    draw_accuracy,
    draw_by_epoch,
    draw_experiment,
    draw_real,
    draw_verdict,
    keep_parameters,
    tabulate,
)
from standin.reports.dataset_report import build_report
from standin.reports.experiment_section import SECTION_FIGURES, write_section
from standin.reports.learning_curve import build_curve_report, draw_sizes, tabulate_sizes

REPORT = "report"
"""Tag of the nodes that `kedro report` rebuilds: they train nothing and load no model, but read stored tables and
figures. The verdict is among what they read, since its margins are those that were set before the run."""


def create_experiment_pipeline(data_set: str, name: str, arms: Sequence[str], real_arms: Sequence[str]) -> Pipeline:
    """Once per experiment: its figures and its section of the report.

    Args:
        data_set, name: of the experiment; figures call it by both, the report by its name.
        arms: with generated images.
        real_arms: the data set's arms without generated images, whose curves are drawn as well.
    """
    experiment = f"{data_set}.{name}"
    curves = [f"real_curves_{slug(arm)}" for arm in real_arms] + [f"curves_{slug(arm)}" for arm in arms]
    return Pipeline(
        [
            Node(
                bind(draw_experiment, arms=(*real_arms, *arms), experiment=experiment),
                inputs=[
                    "snapshots",
                    "labeled_synthetic",
                    "history",
                    "predictions",
                    "real_predictions",
                    "test",
                    *curves,
                ],
                outputs=list(SECTION_FIGURES),
                name="draw_experiment",
            ),
            Node(
                bind(write_section, experiment=name),
                inputs=[
                    "label_report",
                    "pseudo_labeler_report",
                    "history",
                    "recalls",
                    "real_recalls",
                    "sample_quality",
                    "sample_quality_figures",
                    *SECTION_FIGURES,
                ],
                outputs="section",
                name="write_section",
            ),
        ],
        tags=REPORT,
    )


def create_pipeline(experiments: Sequence[str], epoch_table: bool) -> Pipeline:
    """Once per data set: the table and the report.

    Args:
        experiments: names of the experiments without the data set's.
        epoch_table: whether there is a table by epochs.
    """
    by_epoch = ["accuracy_by_epoch", "by_epoch_figure"] if epoch_table else []
    nodes = [
        Node(
            tabulate,
            inputs=["scores", *(own(experiment, "scores") for experiment in experiments)],
            outputs="accuracy",
            name="tabulate",
        ),
        Node(draw_accuracy, inputs=["accuracy", "params:title"], outputs="accuracy_figure", name="draw_accuracy"),
        Node(draw_verdict, inputs=["verdict", "params:title"], outputs="verdict_figure", name="draw_verdict"),
        Node(draw_real, inputs=["train", "params:title"], outputs="real_figure", name="draw_real"),
        Node(
            bind(build_report, experiments=tuple(experiments)),
            inputs=[
                "verdict",
                "accuracy",
                "run_parameters",
                "oracle_report",
                "verdict_figure",
                "accuracy_figure",
                "real_figure",
                *(own(experiment, "section") for experiment in experiments),
                *by_epoch,
            ],
            outputs="report",
            name="build_report",
        ),
    ]
    if epoch_table:
        inputs = ["accuracy_by_epoch", "params:title"]
        nodes.append(Node(draw_by_epoch, inputs=inputs, outputs="by_epoch_figure", name="draw_by_epoch"))
    kept = Node(keep_parameters, inputs=["params:entry", "verdict"], outputs="run_parameters", name="keep_parameters")
    return Pipeline(nodes, tags=REPORT) + Pipeline([kept])


def create_curve_pipeline(sizes: Mapping[str, str], parameter: str) -> Pipeline:
    """Once per learning curve: its table, figure and page.

    Args:
        sizes: name of each size -> what to call it.
        parameter: that has several sizes.
    """
    verdicts, tables = ([own(name, part) for name in sizes] for part in ("verdict", "accuracy"))
    return Pipeline(
        [
            Node(
                bind(tabulate_sizes, parameter=parameter),
                inputs=tables,
                outputs="learning_curve",
                name="tabulate_sizes",
            ),
            Node(
                bind(draw_sizes, parameter=parameter),
                inputs=["learning_curve", "params:entry"],
                outputs="learning_curve_figure",
                name="draw_sizes",
            ),
            Node(
                bind(build_curve_report, parameter=parameter, sizes=tuple(sizes), titles=tuple(sizes.values())),
                inputs=["learning_curve", "params:entry", "learning_curve_figure", *verdicts],
                outputs="report",
                name="build_report",
            ),
        ],
        tags=REPORT,
    )
