"""Scores, histories, samples -> figures; all results of a data set -> accuracy.csv, report.html."""

from collections.abc import Mapping, Sequence

from kedro.pipeline import Node, Pipeline

from standin.experiments.arms import slug
from standin.figures.accuracy import accuracy_by_epochs, accuracy_intervals
from standin.pipelines.node_helpers import bind, own
from standin.pipelines.reporting.nodes import draw_experiment, draw_real, draw_verdict, keep_parameters, tabulate
from standin.reports.dataset_report import build_report
from standin.reports.experiment_section import SECTION_FIGURES, write_section
from standin.reports.learning_curve import build_curve_report, draw_sizes, tabulate_sizes

REPORT = "report"
"""Tag of the nodes that `kedro report` runs again: they read stored results, train nothing and load no model. The
verdict is read, not recomputed, because its margins were set before the run."""


def create_experiment_pipeline(
    data_set: str, name: str, arms: Sequence[str], real_arms: Sequence[str], choice: Sequence[str] = ()
) -> Pipeline:
    """Once per experiment: its figures and its section of the report.

    Args:
        data_set, name: of the experiment; figures show both, the report shows the name.
        arms: with generated images.
        real_arms: the data set's arms without generated images, whose curves are drawn as well.
        choice: the table of the choice of the amount of generated images, if there is one.
    """
    results = ["snapshots", "labeled_synthetic", "history", "predictions", "real_predictions", "test"]
    curves = [f"real_curves_{slug(arm)}" for arm in real_arms] + [f"curves_{slug(arm)}" for arm in arms]
    tables = ["label_report", "pseudo_labeler_report", "history", "recalls", "real_recalls"]
    quality = ["sample_quality", "sample_quality_figures", "samples"]
    return Pipeline(
        [
            Node(
                bind(draw_experiment, arms=(*real_arms, *arms), experiment=f"{data_set}.{name}"),
                inputs=results + curves,
                outputs=list(SECTION_FIGURES),
                name="draw_experiment",
            ),
            Node(
                bind(write_section, experiment=name),
                inputs=[*tables, *quality, *SECTION_FIGURES, *choice],
                outputs="section",
                name="write_section",
            ),
        ],
        tags=REPORT,
    )


def create_pipeline(
    experiments: Sequence[str], epoch_table: bool, controls: bool = False, robustness: Sequence[str] = ()
) -> Pipeline:
    """Once per data set: the table and the report.

    Args:
        experiments: names of the experiments without the data set's.
        epoch_table: whether the configuration asks for a table by epochs.
        controls: whether it asks for the controls of the memorization test.
        robustness: tables of accuracies on perturbed images.
    """
    scores, sections = ([own(experiment, part) for experiment in experiments] for part in ("scores", "section"))
    results = ["verdict", "accuracy", "previous_accuracy", "run_parameters", "oracle_report", "copies"]
    figures = ["verdict_figure", "accuracy_figure", "real_figure"]
    by_epoch = ["accuracy_by_epoch", "by_epoch_figure"]
    optional = [*(by_epoch if epoch_table else []), *(["memorization_controls"] if controls else []), *robustness]
    title = "params:title"
    nodes = [
        Node(tabulate, inputs=["scores", *scores], outputs="accuracy", name="tabulate"),
        Node(accuracy_intervals, inputs=["accuracy", title], outputs="accuracy_figure", name="draw_accuracy"),
        Node(draw_verdict, inputs=["verdict", title], outputs="verdict_figure", name="draw_verdict"),
        Node(draw_real, inputs=["train", title], outputs="real_figure", name="draw_real"),
        Node(
            bind(build_report, experiments=tuple(experiments), optional=tuple(optional)),
            inputs=results + figures + sections + optional,
            outputs="report",
            name="build_report",
        ),
    ]
    if epoch_table:
        nodes.append(Node(accuracy_by_epochs, [by_epoch[0], title], by_epoch[1], name="draw_by_epoch"))
    kept = Node(keep_parameters, inputs=["params:entry", "verdict"], outputs="run_parameters", name="keep_parameters")
    return Pipeline(nodes, tags=REPORT) + Pipeline([kept])


def create_curve_pipeline(sizes: Mapping[str, str], parameter: str) -> Pipeline:
    """Once per learning curve: its table, figure and page.

    Args:
        sizes: name of each size -> its title.
        parameter: that has several sizes.
    """
    verdicts, tables = ([own(name, part) for name in sizes] for part in ("verdict", "accuracy"))
    curve = ["learning_curve", "params:entry"]
    of_report = bind(build_curve_report, parameter=parameter, sizes=tuple(sizes), titles=tuple(sizes.values()))
    return Pipeline(
        [
            Node(bind(tabulate_sizes, parameter=parameter), tables, "learning_curve", name="tabulate_sizes"),
            Node(bind(draw_sizes, parameter=parameter), curve, "learning_curve_figure", name="draw_sizes"),
            Node(of_report, [*curve, "learning_curve_figure", *verdicts], "report", name="build_report"),
        ],
        tags=REPORT,
    )
