"""An experiment's section of its data set's report."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from standin.reports.tables import less_favorable, recall_by_class
from standin.reports.templating import TEMPLATES

SECTION_FIGURES = ("samples_figure", "labeled_figure", "losses_figure", "training_figure", "confusion_figure")


def write_section(
    labels: Mapping[str, Any],
    pseudo_labeler_report: Mapping[str, Any],
    history: pd.DataFrame,
    recalls: pd.DataFrame,
    real_recalls: pd.DataFrame,
    sample_quality: Mapping[str, Any],
    sample_quality_figures: Mapping[str, Callable[[], bytes]],
    *parts: Any,
    experiment: str,
) -> str:
    """The section, as HTML.

    Args:
        labels, pseudo_labeler_report: how the generated images were labeled.
        history: losses by epoch; empty if the model was fitted in closed form.
        recalls, real_recalls: recall by class, of the experiment's arms and of those without generated images.
        sample_quality, sample_quality_figures: metrics and captions, and PNG files by name.
        parts: PNG files, in the order of `SECTION_FIGURES`; then the table of the choice of the amount of generated
            images, if validation images chose it (`standin.pipelines.classification.nodes.train_mixture`).
        experiment: name without the data set's.
    """
    captions = sample_quality["captions"]
    return TEMPLATES.get_template("section.html").render(
        experiment=experiment,
        labels=labels,
        pseudo_labeler_report=pseudo_labeler_report,
        epochs=len(history),
        recalls=recall_by_class(pd.concat([real_recalls, recalls])),
        classifier_seeds=recalls["classifier_seed"].nunique(),
        metrics=sample_quality["metrics"],
        less_favorable=less_favorable(sample_quality["metrics"]),
        diagnostics=sample_quality["diagnostics"],
        captioned_figures=[(captions[name], load()) for name, load in sorted(sample_quality_figures.items())],
        mixture=[row for table in parts[len(SECTION_FIGURES) :] for row in table.to_dict("records")],
        **dict(zip(SECTION_FIGURES, parts[: len(SECTION_FIGURES)], strict=True)),
    )
